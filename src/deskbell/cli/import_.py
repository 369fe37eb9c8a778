"""`deskbell import`: imports the open format, a GitHub archive or a folder of articles into an organization."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from deskbell.cli.import_progress import Shown
from deskbell.cli.import_report import free_rejects_path, report
from deskbell.cli.support import connected, log_for_commands, run_fast, with_settings
from deskbell.kernel.errors import Invalid
from deskbell.runtime.settings import Settings

if TYPE_CHECKING:
    from deskbell.features.transfer.format.reading import LineProblem, RecordLine
    from deskbell.features.transfer.importing.summary import Summary
    from deskbell.runtime.database import Database

Watch = Callable[[BinaryIO], None]
Reading = Callable[[Watch], "Iterator[RecordLine | LineProblem]"]

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True, allow_dash=True)
_ORGANIZATION = click.option("--organization", required=True, metavar="DOMAIN", help="Its domain (or id).")
_REJECTS = click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="File for skipped lines, to correct and import again.  [default: NAME.rejects.jsonl in this folder]",
)


@click.group("import")
def import_command() -> None:
    """Import tickets or articles into an organization from files.

    Safe while the server runs. After an interruption run it again: imported records are not changed. A value over a
    limit is adjusted and reported. A line that cannot be imported is reported, skipped and copied to a rejects file; the
    command then exits with 1.
    """


@import_command.command("jsonl", short_help="Tickets in the open format.")
@click.argument("file", type=_FILE)
@_ORGANIZATION
@click.option("--create", is_flag=True, help="Create the organization that the file's first line describes.")
@_REJECTS
@with_settings
def import_jsonl(settings: Settings, file: Path, organization: str, create: bool, rejects: Path | None) -> None:
    """Import FILE (or - for standard input), one JSON object a line, plain or gzip; see docs/admin/import-export.md."""
    from deskbell.features.transfer.format.reading import read  # noqa: PLC0415 - slow to load

    with ExitStack() as open_files:

        def reading(watch: Watch) -> "Iterator[RecordLine | LineProblem]":
            stream = sys.stdin.buffer if str(file) == "-" else open_files.enter_context(file.open("rb"))
            watch(stream)
            return read(stream)

        _run(settings, file, organization, reading, rejects, create=create)


@import_command.command("github", short_help="Tickets from an archive of GitHub issues.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@_ORGANIZATION
@_REJECTS
@with_settings
def import_github(settings: Settings, file: Path, organization: str, rejects: Path | None) -> None:
    """Import FILE, an archive of GitHub issues with one issue a line, plain or gzip."""
    from deskbell.features.transfer.sources import github  # noqa: PLC0415 - slow to load

    _run(settings, file, organization, lambda watch: github.read(file, watch), rejects, create=False)


@import_command.command("articles", short_help="Help articles from Markdown or reStructuredText.")
@click.argument("place", metavar="FOLDER|FILE", type=click.Path(path_type=Path, exists=True, readable=True))
@_ORGANIZATION
@click.option("--category", default="", help="Category of files that name none; by default the folder's name.")
@click.option("--locale", default="en", show_default=True, help="Language of files that name none.")
@click.option("--publish/--draft", default=None, help="State of files that name none; by default they are published.")
@click.option("--internal", is_flag=True, help="For the staff alone: published nowhere.")
@with_settings
def import_articles(
    settings: Settings, place: Path, organization: str, category: str, locale: str, publish: bool | None, internal: bool
) -> None:
    """Import help articles in Markdown or reStructuredText from FOLDER, or from one FILE.

    Run it again after files have changed: only the articles of changed files are updated.
    """
    from deskbell.cli.articles import run  # noqa: PLC0415 - slow to load

    run(settings, place, organization, category=category, locale=locale, published=publish, internal=internal)


@import_command.command("mbox", short_help="Conversations from an archive of mail.")
@click.argument("archive", metavar="FILE|DIR", type=click.Path(path_type=Path, exists=True, readable=True))
@_ORGANIZATION
@click.option("--mailbox", metavar="ADDRESS", help="The mailbox that the mail belongs to; else the default one.")
@click.option("--sent-by", metavar="ADDRESS", help="The agent who wrote mail from the mailbox's own address.")
@with_settings
def import_mbox(settings: Settings, archive: Path, organization: str, mailbox: str | None, sent_by: str | None) -> None:
    """Import an mbox FILE, or every mail of a folder DIR (mbox files, Maildir, single mails).

    Each conversation becomes a closed ticket with the dates of its mails; mail of the staff becomes replies. Nothing is sent.
    Mails that are not imported are copied to NAME.rejects.mbox in this folder, with the reason. Run it again at any time:
    each mail is imported once.
    """
    from deskbell.cli.import_mbox import run  # noqa: PLC0415 - slow to load

    run(settings, archive, organization, mailbox, sent_by)


def _run(
    settings: Settings, file: Path, organization: str, reading: Reading, rejects: Path | None, *, create: bool
) -> None:
    log_for_commands(settings)
    if rejects is not None and rejects.resolve() == file.resolve():
        raise click.BadParameter("--rejects must not be the imported file.")
    rejects = rejects or free_rejects_path(file)
    began = time.monotonic()
    try:
        summary = run_fast(_import(settings, file, organization, reading, rejects, create=create))
    except KeyboardInterrupt:
        click.echo("Interrupted. Run the same command again to continue; imported records are kept.", err=True)
        raise SystemExit(130) from None
    for line in report(summary.counts, time.monotonic() - began, rejects):
        click.echo(line)
    if summary.counts.refused:
        raise SystemExit(1)


async def _import(
    settings: Settings, file: Path, organization: str, reading: Reading, rejects: Path, *, create: bool
) -> "Summary":
    from deskbell.features.transfer.importing.loading import load  # noqa: PLC0415 - slow to load
    from deskbell.features.transfer.importing.rejects import RejectsFile  # noqa: PLC0415 - with the rest
    from deskbell.runtime.database import Database  # noqa: PLC0415 - with the rest
    from deskbell.runtime.storage import Storage  # noqa: PLC0415 - with the rest

    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=2)
        try:
            with Shown(file) as shown, RejectsFile(rejects) as refused:
                records = reading(shown.watch)
                first = list(_first_of(records))
                place = await _place(database, organization, first, create=create)
                return await load(
                    database, place, chain(first, records), shown.update,
                    storage=Storage.open(settings), rejects=refused,
                )  # fmt: skip
        finally:
            await database.close()


def _first_of(records: "Iterator[RecordLine | LineProblem]") -> "Iterator[RecordLine | LineProblem]":
    for first in records:
        yield first
        return


async def _place(database: "Database", name: str, first: list[Any], *, create: bool) -> Any:
    """The id of the organization to import into."""
    from deskbell.features.transfer.format.records import Organization  # noqa: PLC0415 - slow to load
    from deskbell.features.transfer.organizations import create_organization, find_organization  # noqa: PLC0415 - with the rest
    from deskbell.runtime.messages import sentences  # noqa: PLC0415 - with the rest

    found = await find_organization(database, name)
    if found is not None:
        return found.id
    header = getattr(first[0], "record", None) if first else None
    if create and isinstance(header, Organization):
        try:
            return (await create_organization(database, header, name)).id
        except Invalid as refusal:
            raise click.ClickException(f"The organization's line cannot be used: {sentences(refusal)}.") from None
    if create:
        raise click.ClickException(
            f"The file does not begin with an organization's line, so {name} cannot be created from it. "
            "Create it with `deskbell create-owner`, then import."
        )
    raise click.ClickException(
        f"There is no organization {name}. Create it with `deskbell create-owner`, or add --create if the file is an export."
    )

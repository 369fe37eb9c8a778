"""`deskbell import`: lines of the open format, a GitHub archive, or a folder of articles, into an organization."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import click

from deskbell.cli.support import connected, log_for_commands, with_settings
from deskbell.runtime.settings import Settings

if TYPE_CHECKING:
    from rich.progress import TaskID

    from deskbell.features.transfer.format.reading import LineProblem, RecordLine
    from deskbell.features.transfer.importing.summary import Counts, Summary
    from deskbell.runtime.database import Database

Watch = Callable[[BinaryIO], None]
Reading = Callable[[Watch], "Iterator[RecordLine | LineProblem]"]

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True, allow_dash=True)
_ORGANIZATION = click.option("--organization", required=True, metavar="DOMAIN", help="Its domain (or id).")


@click.group("import")
def import_command() -> None:
    """Bring tickets or articles into an organization from files.

    Safe while the server runs. After an interruption run it again: what is there already is left alone. What breaks a
    rule is named and skipped; then the command ends with 1.
    """


@import_command.command("jsonl", short_help="Tickets in the open format.")
@click.argument("file", type=_FILE)
@_ORGANIZATION
@click.option("--create", is_flag=True, help="Make the organization, as the file's first line describes it.")
@with_settings
def import_jsonl(settings: Settings, file: Path, organization: str, create: bool) -> None:
    """Import FILE (or - for standard input), one JSON object a line, plain or gzip; see docs/admin/import-export.md."""
    from deskbell.features.transfer.format.reading import read  # noqa: PLC0415 - slow to load

    with ExitStack() as open_files:

        def reading(watch: Watch) -> "Iterator[RecordLine | LineProblem]":
            stream = sys.stdin.buffer if str(file) == "-" else open_files.enter_context(file.open("rb"))
            watch(stream)
            return read(stream)

        _run(settings, file, organization, reading, create=create)


@import_command.command("github", short_help="Tickets from an archive of GitHub issues.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@_ORGANIZATION
@with_settings
def import_github(settings: Settings, file: Path, organization: str) -> None:
    """Import FILE, an archive of GitHub issues with one issue a line, plain or gzip."""
    from deskbell.features.transfer.sources import github  # noqa: PLC0415 - slow to load

    _run(settings, file, organization, lambda watch: github.read(file, watch), create=False)


@import_command.command("articles", short_help="Help articles from Markdown or reStructuredText.")
@click.argument("place", metavar="FOLDER|FILE", type=click.Path(path_type=Path, exists=True, readable=True))
@_ORGANIZATION
@click.option("--category", default="", help="For files that name none, instead of their folder's name.")
@click.option("--locale", default="en", show_default=True, help="For files that do not say in which language they are.")
@click.option("--publish/--draft", default=None, help="For files that do not say; new articles are published.")
@with_settings
def import_articles(
    settings: Settings, place: Path, organization: str, category: str, locale: str, publish: bool | None
) -> None:
    """Import help articles in Markdown or reStructuredText from FOLDER, or from one FILE.

    Run it again whenever files have changed: their articles are brought up to date, all others are left alone.
    """
    from deskbell.cli.articles import run  # noqa: PLC0415 - slow to load

    run(settings, place, organization, category=category, locale=locale, published=publish)


def _run(settings: Settings, file: Path, organization: str, reading: Reading, *, create: bool) -> None:
    log_for_commands(settings)
    began = time.monotonic()
    try:
        summary = asyncio.run(_import(settings, file, organization, reading, create=create))
    except KeyboardInterrupt:
        click.echo("Interrupted. What was imported is kept; run the same command again to go on.", err=True)
        raise SystemExit(130) from None
    for line in _report(summary.counts, time.monotonic() - began):
        click.echo(line)
    if summary.counts.refused:
        raise SystemExit(1)


async def _import(settings: Settings, file: Path, organization: str, reading: Reading, *, create: bool) -> "Summary":
    from deskbell.features.transfer.importing.loading import load  # noqa: PLC0415 - slow to load
    from deskbell.runtime.database import Database  # noqa: PLC0415 - with the rest
    from deskbell.runtime.storage import Storage  # noqa: PLC0415 - with the rest

    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=2)
        try:
            with _Shown(file) as shown:
                records = reading(shown.watch)
                first = list(_first_of(records))
                place = await _place(database, organization, first, create=create)
                return await load(database, place, chain(first, records), shown.update, storage=Storage.open(settings))
        finally:
            await database.close()


def _first_of(records: "Iterator[RecordLine | LineProblem]") -> "Iterator[RecordLine | LineProblem]":
    for first in records:
        yield first
        return


async def _place(database: "Database", name: str, first: list[Any], *, create: bool) -> Any:
    """The id of the organization to import into."""
    from deskbell.features.transfer.format.records import Organization  # noqa: PLC0415 - slow to load
    from deskbell.features.transfer.organizations import find_organization, make_organization  # noqa: PLC0415 - with the rest

    found = await find_organization(database, name)
    if found is not None:
        return found.id
    header = getattr(first[0], "record", None) if first else None
    if create and isinstance(header, Organization):
        return (await make_organization(database, header, name)).id
    if create:
        raise click.ClickException(
            f"The file does not begin with an organization's line, so {name} cannot be made from it; "
            "make it with `deskbell create-owner`, then import."
        )
    raise click.ClickException(
        f"There is no organization {name}. Make it with `deskbell create-owner`, or add --create if the file is an export."
    )


class _Shown:
    """A progress bar on a terminal's standard error, and every refused line there whatever it is."""

    def __init__(self, file: Path) -> None:
        self._size = file.stat().st_size if str(file) != "-" else None
        self._stream: BinaryIO | None = None
        self._told = 0

    def __enter__(self) -> Self:
        from rich.console import Console  # noqa: PLC0415 - slow to load
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - with the rest

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        console = Console(stderr=True, soft_wrap=True)
        self._progress: Progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task: TaskID = self._progress.add_task("Reading", total=self._size)
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def watch(self, stream: BinaryIO) -> None:
        """The place in this stream says how far the work is."""
        self._stream = stream

    def update(self, summary: "Summary") -> None:
        """Shows what has been done."""
        for problem in summary.problems[self._told :]:
            self._progress.console.print(str(problem), markup=False, highlight=False)
        self._told = len(summary.problems)
        done = None
        if self._size is not None and self._stream is not None and not self._stream.closed:
            done = os.lseek(self._stream.fileno(), 0, os.SEEK_CUR)
        self._progress.update(self._task, completed=done, description=f"{summary.counts.tickets:,} tickets")


def _report(counts: "Counts", seconds: float) -> Iterator[str]:
    """The summary in lines."""
    rate = f", {counts.tickets / seconds:,.0f} tickets/s" if counts.tickets else ""
    yield f"Imported {_number(counts.tickets, 'ticket')} in {seconds:.1f} s{rate}:"
    parts = {"comment": counts.comments, "person": counts.people, "group": counts.groups, "category": counts.categories,
             "tag": counts.tags, "file": counts.files}  # fmt: skip
    yield "  new: " + (", ".join(_number(count, word) for word, count in parts.items() if count) or "nothing else")
    if counts.present:
        yield f"  there already: {_number(counts.present, 'line')}"
    if counts.refused:
        yield f"  skipped: {_number(counts.refused, 'line')}, each named above"


def _number(count: int, word: str) -> str:
    plural = {"person": "people", "category": "categories"}.get(word, f"{word}s")
    return f"{count:,} {word if count == 1 else plural}"

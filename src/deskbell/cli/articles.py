"""`deskbell import articles`: reads the files, shows the progress and prints a summary."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import click

from deskbell.cli.progress import Progress
from deskbell.cli.support import connected, log_for_commands
from deskbell.features.knowledge.importing.loading import author_for, load
from deskbell.features.knowledge.importing.places import locale_of
from deskbell.features.knowledge.importing.reading import Reader
from deskbell.features.knowledge.importing.records import FileProblem, FoundArticle, LeftOut, Summary, Unreadable
from deskbell.features.transfer.organizations import find_organization
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import Database
from deskbell.runtime.settings import Settings


def run(
    settings: Settings, place: Path, organization: str, *, category: str, locale: str, published: bool | None,
    internal: bool,
) -> None:  # fmt: skip
    """Imports a folder or a file. Exits with 1 if a file was refused, with 130 if interrupted."""
    log_for_commands(settings)
    began = time.monotonic()
    try:
        reader = Reader(
            place, category=category.strip(), locale=locale_of(locale), published=published, internal=internal
        )
    except Unreadable as problem:
        raise click.BadParameter(f"--locale {problem}.") from problem
    if not reader.sources:
        raise click.ClickException(f"There is no Markdown (.md) or reStructuredText (.rst) file in {place}.")
    try:
        summary = asyncio.run(_import(settings, reader, organization))
    except KeyboardInterrupt:
        click.echo("Interrupted. Run the same command again to continue; imported articles are kept.", err=True)
        raise SystemExit(130) from None
    for line in _report(summary, time.monotonic() - began):
        click.echo(line)
    if summary.refused:
        raise SystemExit(1)


async def _import(settings: Settings, reader: Reader, organization: str) -> Summary:
    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=2)
        try:
            author = await _author(database, organization)
            with Progress() as progress:
                done = 0

                def report(answer: FoundArticle | LeftOut | FileProblem) -> None:
                    nonlocal done
                    done += 1
                    if not isinstance(answer, FoundArticle):
                        progress.say(str(answer))
                    progress("Importing articles", done, len(reader.sources))

                return await load(database, author, reader.read(), report)
        finally:
            await database.close()


async def _author(database: Database, organization: str) -> Actor:
    found = await find_organization(database, organization)
    if found is None:
        raise click.ClickException(
            f"There is no organization {organization}. Create it with `deskbell create-owner`, then import."
        )
    organization_id: UUID = found.id
    author = await author_for(database, organization_id)
    if author is None:
        raise click.ClickException(
            f"{organization} has no owner to be the articles' author. Create one with `deskbell create-owner`."
        )
    return author


def _report(summary: Summary, seconds: float) -> Iterator[str]:
    """The lines of the summary."""
    count = summary.made + summary.updated + summary.unchanged
    yield f"Imported {count:,} article{'' if count == 1 else 's'} in {seconds:.1f} s:"
    parts = {"new": summary.made, "updated": summary.updated, "unchanged": summary.unchanged}
    yield "  " + (", ".join(f"{number:,} {word}" for word, number in parts.items() if number) or "none")
    if summary.left_out:
        yield f"  left out: {summary.left_out:,} file{'' if summary.left_out == 1 else 's'}, each named above"
    if summary.refused:
        yield f"  skipped: {summary.refused:,} file{'' if summary.refused == 1 else 's'}, each named above"

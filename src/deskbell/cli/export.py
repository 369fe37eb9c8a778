"""`deskbell export`: writes an organization in the open format."""

import asyncio
import gzip
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from deskbell.cli.support import connected, log_for_commands, with_desk
from deskbell.runtime.settings import Settings

if TYPE_CHECKING:
    from deskbell.features.transfer.exporting.writing import ExportProgress


@click.group("export")
def export_command() -> None:
    """Write an organization to a file.

    Safe while the server runs: the file holds one consistent snapshot.
    """


@export_command.command("jsonl", short_help="Everything, in the open format.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True, allow_dash=True))
@click.option("--organization", required=True, metavar="DOMAIN", help="Its domain (or id).")
@with_desk
def export_jsonl(settings: Settings, file: Path, organization: str) -> None:
    """Write all of an organization to FILE (or - for standard output), one JSON object a line.

    A file whose name ends with .gz is compressed. The file appears under its name once it is complete. Import it with
    `deskbell import jsonl`.
    """
    log_for_commands(settings)
    progress = asyncio.run(_export(settings, file, organization))
    for name in progress.missing:
        click.echo(f"The content of {name} is missing in the storage and was left out.", err=True)
    click.echo(f"Exported {progress.tickets:,} tickets of {organization}.", err=True)
    if progress.missing:
        raise SystemExit(1)


async def _export(settings: Settings, file: Path, organization: str) -> "ExportProgress":
    from deskbell.features.transfer.exporting.writing import ExportProgress, export  # noqa: PLC0415 - slow to load
    from deskbell.features.transfer.organizations import find_organization  # noqa: PLC0415 - with the rest
    from deskbell.runtime.database import Database  # noqa: PLC0415 - with the rest
    from deskbell.runtime.storage import Storage  # noqa: PLC0415 - with the rest

    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=2)
        try:
            found = await find_organization(database, organization)
            if found is None:
                raise click.ClickException(f"There is no organization {organization}.")
            last = ExportProgress()

            def note(progress: ExportProgress) -> None:
                nonlocal last
                last = progress
                bar.length = progress.of_tickets
                bar.update(progress.tickets - bar.pos)

            with (
                _whole(file) as stream,
                click.progressbar(length=1, label="Exporting", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar,
            ):
                async for line in export(database, found.id, Storage.open(settings), note):
                    stream.write(line)
            return last
        finally:
            await database.close()


@contextmanager
def _whole(file: Path) -> Iterator[BinaryIO]:
    """A stream to a file that gets its name once it is complete; `-` is standard output.

    A device or named pipe is written to directly: a rename would replace it by a plain file.
    """
    if str(file) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = file.resolve()  # the target of a symbolic link, not the link
    if target.exists() and not target.is_file():
        with _opened(target, "wb") as raw, _packed(file, raw) as stream:
            yield stream
        return
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with _opened(draft, "xb") as raw:
            with _packed(file, raw) as stream:
                yield stream
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _opened(path: Path, mode: str) -> BinaryIO:
    try:
        return cast("BinaryIO", path.open(mode))
    except OSError as error:
        raise click.ClickException(f"The file cannot be created in {path.parent} ({error.strerror}).") from None


@contextmanager
def _packed(file: Path, raw: BinaryIO) -> Iterator[BinaryIO]:
    """The stream, or a gzip stream onto it if the file's name ends with .gz."""
    if file.suffix != ".gz":
        yield raw
        return
    # Without name and time, the same content gives the same file.
    with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as packed:
        yield cast("BinaryIO", packed)

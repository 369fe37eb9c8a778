"""`deskbell restore`: a backup becomes a desk again."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deskbell.cli.progress import Progress
from deskbell.cli.support import missing_migrations, require_unix
from deskbell.runtime.setting_table import DEFAULT_DATA_DIR
from deskbell.runtime.settings import read_texts

if TYPE_CHECKING:
    from deskbell.runtime.backup import Manifest


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="The data folder; it must be empty.")
def restore(file: Path, data_dir: Path | None) -> None:
    """Restore the backup FILE into an empty data folder.

    Where DESKBELL_DATABASE_URL is set, the database goes there; it must be empty, too.
    """
    from deskbell.runtime import logging  # noqa: PLC0415 - slow to load

    require_unix()
    logging.configure("console", "WARNING")
    texts = read_texts()
    # Not by way of the settings: loading them puts a new secret key into the folder.
    folder = data_dir or Path(texts.get("DESKBELL_DATA_DIR", DEFAULT_DATA_DIR))
    manifest = asyncio.run(_restore(file, folder.absolute(), texts.get("DESKBELL_DATABASE_URL")))
    click.echo(f"{folder}: as it was on {manifest.made_at:%Y-%m-%d at %H:%M:%S} UTC, with {manifest.files} files.")
    if not manifest.secret_key and "DESKBELL_SECRET_KEY" not in texts:
        click.echo("The backup holds no secret key; set DESKBELL_SECRET_KEY to the one it was made under.")


async def _restore(file: Path, folder: Path, database_url: str | None) -> "Manifest":
    from deskbell.runtime.restore import read_manifest, restore  # noqa: PLC0415 - slow to load

    manifest = read_manifest(file)
    if database_url is not None:
        await missing_migrations(database_url)  # says so in a sentence if it cannot be reached
    with Progress() as tell:
        await restore(file, folder, tell)
    return manifest

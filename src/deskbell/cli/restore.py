"""`deskbell restore`: restores a backup."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deskbell.cli.progress import Progress
from deskbell.cli.support import missing_migrations, require_unix
from deskbell.kernel.clock import utc_now
from deskbell.runtime.setting_table import DEFAULT_DATA_DIR
from deskbell.runtime.settings import Settings, read_texts

if TYPE_CHECKING:
    from deskbell.runtime.backup import Manifest


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="The data folder; it must be empty.")
@click.option("--catch-up", is_flag=True, help="Let automations and schedules make up for the time since the backup.")
def restore(file: Path, data_dir: Path | None, catch_up: bool) -> None:
    """Restore the backup FILE into an empty data folder.

    If DESKBELL_DATABASE_URL is set, the database is restored there; it must be empty, too. What automations and schedules
    would have done since the backup counts as done, unless --catch-up is given.
    """
    from deskbell.runtime import logging  # noqa: PLC0415 - slow to load

    require_unix()
    logging.configure("console", "WARNING")
    texts = read_texts()
    # Not from the settings: loading them creates a new secret key in the folder.
    folder = data_dir or Path(texts.get("DESKBELL_DATA_DIR", DEFAULT_DATA_DIR))
    manifest = asyncio.run(_restore(file, folder.absolute(), texts.get("DESKBELL_DATABASE_URL"), catch_up=catch_up))
    click.echo(f"{folder}: as it was on {manifest.made_at:%Y-%m-%d at %H:%M:%S} UTC, with {manifest.files} files.")
    if not manifest.secret_key and "DESKBELL_SECRET_KEY" not in texts:
        click.echo("The backup holds no secret key. Set DESKBELL_SECRET_KEY to the one of the original server.")


async def _restore(file: Path, folder: Path, database_url: str | None, *, catch_up: bool) -> "Manifest":
    from deskbell.cli.mail_queue import open_database  # noqa: PLC0415 - slow to load
    from deskbell.features.rules.restoring import pass_over  # noqa: PLC0415 - slow to load
    from deskbell.runtime.restore import read_manifest, restore  # noqa: PLC0415 - slow to load

    manifest = read_manifest(file)
    if database_url is not None:
        await missing_migrations(database_url)  # raises an error for the operator if it cannot be reached
    with Progress() as report:
        await restore(file, folder, report)
    if not catch_up:
        async with open_database(Settings.load(data_dir=folder)) as database:
            await pass_over(database, utc_now())
    return manifest

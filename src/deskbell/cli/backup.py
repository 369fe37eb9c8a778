"""`deskbell backup`: writes database, files and secret key to one archive."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deskbell.cli.progress import Progress
from deskbell.cli.support import connected, log_for_commands, missing_migrations, with_desk
from deskbell.runtime.settings import Settings

if TYPE_CHECKING:
    from deskbell.runtime.backup import Manifest


@click.command()
@with_desk
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def backup(settings: Settings, file: Path | None) -> None:
    """Write database, files and secret key to FILE, by default deskbell-<date>-<time>.zip here.

    Safe while the server runs. Keep the archive as safe as a password: it holds all data of the server.
    """
    from deskbell.kernel.clock import utc_now  # noqa: PLC0415 - the command's own imports are slow

    log_for_commands(settings)
    target = file or Path(f"deskbell-{utc_now():%Y%m%d-%H%M%S}.zip")
    manifest = asyncio.run(_back_up(settings, target.absolute()))
    size = target.stat().st_size / 1e6
    click.echo(f"{target}: the database and {manifest.files} files, {size:.1f} MB.")
    if not manifest.secret_key:
        click.echo("DESKBELL_SECRET_KEY is not in it: keep that, too.")


async def _back_up(settings: Settings, target: Path) -> "Manifest":
    from deskbell.runtime.backup import back_up  # noqa: PLC0415 - slow to load

    async with connected(settings, migrated=False) as dsn:
        await missing_migrations(dsn)  # raises an error for the operator if it cannot be reached
        with Progress() as report:
            return await back_up(settings, dsn, target, report)

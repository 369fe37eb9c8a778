"""`deskbell migrate`: upgrades the database schema."""

import asyncio

import click

from deskbell.cli.support import connected, log_for_commands, missing_migrations, step, with_settings
from deskbell.runtime.settings import Settings


@click.command("migrate")
@with_settings
@click.option("--check", is_flag=True, help="Only list missing migrations; exit with 1 if there are any.")
def migrate_command(settings: Settings, check: bool) -> None:
    """Upgrade the database schema to this version.

    Safe while servers run and when several processes run it: one migrates, the others wait. `deskbell serve` does it,
    too.
    """
    log_for_commands(settings)
    names = asyncio.run(_missing(settings) if check else _apply(settings))
    for name in names:
        click.echo(f"{'missing' if check else 'applied'} {name}")
    if not names:
        click.echo("The database is up to date.")
    if check and names:
        raise SystemExit(1)


async def _apply(settings: Settings) -> list[str]:
    from deskbell.runtime.migrate import migrate  # noqa: PLC0415 - slow to load

    async with connected(settings, migrated=False) as dsn:
        await missing_migrations(dsn)  # raises an error for the operator if it cannot be reached
        with step("Upgrading the database"):
            return await migrate(dsn)


async def _missing(settings: Settings) -> list[str]:
    async with connected(settings, migrated=False) as dsn:
        return await missing_migrations(dsn)

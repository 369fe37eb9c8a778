"""`deskbell migrate`: the database's schema."""

import asyncio

import click

from deskbell.cli.support import connected, log_for_commands, missing_migrations, step, with_settings
from deskbell.runtime.settings import Settings


@click.command("migrate")
@with_settings
@click.option("--check", is_flag=True, help="Only say what is missing; ends with 1 if anything is.")
def migrate_command(settings: Settings, check: bool) -> None:
    """Bring the database to this version.

    May be run while servers run, and by several at once: one applies, the others wait. `deskbell serve` does it too.
    """
    log_for_commands(settings)
    names = asyncio.run(_missing(settings) if check else _apply(settings))
    for name in names:
        click.echo(f"{'missing' if check else 'applied'} {name}")
    if not names:
        click.echo("The database is at this version.")
    if check and names:
        raise SystemExit(1)


async def _apply(settings: Settings) -> list[str]:
    from deskbell.runtime.migrate import migrate  # noqa: PLC0415 - slow to load

    async with connected(settings, migrated=False) as dsn:
        await missing_migrations(dsn)  # says so in a sentence if it cannot be reached
        with step("Bringing the database to this version"):
            return await migrate(dsn)


async def _missing(settings: Settings) -> list[str]:
    async with connected(settings, migrated=False) as dsn:
        return await missing_migrations(dsn)

"""`deskbell remove-second-factor`: the way back in for somebody who lost their phone and their recovery codes."""

import asyncio

import click

from deskbell.cli.support import connected, log_for_commands, with_desk
from deskbell.runtime.settings import Settings


@click.command("remove-second-factor")
@with_desk
@click.option("--email", prompt="E-mail address", help="Whose second factor to take away.")
def remove_second_factor(settings: Settings, email: str) -> None:
    """Take a person's second factor away. Make sure first that it is they who ask."""
    log_for_commands(settings)
    asyncio.run(_remove(settings, email))
    click.echo(f"{email} signs in with the password alone now, and can set a second factor up again.")


async def _remove(settings: Settings, email: str) -> None:
    from deskbell.features.access.service.second_factor import rescue  # noqa: PLC0415 - a long import
    from deskbell.runtime.database import Database  # noqa: PLC0415 - as above

    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=2)
        try:
            await rescue(database, email)
        finally:
            await database.close()

"""`deskbell remove-second-factor`: restores access for a user who lost phone and recovery codes."""

import asyncio

import click

from deskbell.cli.support import connected, log_for_commands, with_desk
from deskbell.runtime.settings import Settings


@click.command("remove-second-factor")
@with_desk
@click.option("--email", prompt="E-mail address", help="The user's address.")
def remove_second_factor(settings: Settings, email: str) -> None:
    """Remove a user's second factor. Verify first that the request is the user's own."""
    log_for_commands(settings)
    asyncio.run(_remove(settings, email))
    click.echo(f"{email} now signs in with the password only, and can set up a second factor again.")


async def _remove(settings: Settings, email: str) -> None:
    from deskbell.features.access.service.second_factor import reset_second_factor  # noqa: PLC0415 - a long import
    from deskbell.runtime.database import Database  # noqa: PLC0415 - as above

    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=2)
        try:
            await reset_second_factor(database, email)
        finally:
            await database.close()

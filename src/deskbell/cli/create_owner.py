"""`deskbell create-owner`: creates an organization and its first user."""

import asyncio
import os
import sys

import click

from deskbell.cli.support import connected, log_for_commands, with_settings
from deskbell.runtime.settings import Settings


@click.command("create-owner")
@with_settings
@click.option("--email", prompt="E-mail address", help="The address that the owner signs in with.")
@click.option("--name", prompt="Name", help="The owner's name.")
@click.option(
    "--organization", prompt="Organization's name", help="The organization's name; it is created if its domain is new."
)
@click.option("--domain", prompt="Organization's domain", help="Its domain, such as example.com.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def create_owner(
    settings: Settings, email: str, name: str, organization: str, domain: str, password_stdin: bool
) -> None:
    """Create an organization and its owner. Prompts for missing options."""
    log_for_commands(settings)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask_password()
    if not password:
        raise click.ClickException("The password is empty.")
    asyncio.run(_create(settings, email=email, name=name, password=password, organization=organization, domain=domain))
    click.echo(f"{email} owns {organization} ({domain}) and can sign in.")


def _ask_password() -> str:
    if not sys.stdin.isatty() and not _has_terminal():
        raise click.ClickException("There is no terminal to ask for the password; pass it with --password-stdin.")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt="Repeat the password")
    return answer


def _has_terminal() -> bool:
    """Whether the process has a terminal to prompt on, even if standard input is redirected."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


async def _create(settings: Settings, **owner: str) -> None:
    from deskbell.features.access import service  # noqa: PLC0415 - a long import
    from deskbell.runtime.database import Database  # noqa: PLC0415 - as above

    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=2)
        try:
            await service.create_owner(database, **owner)
        finally:
            await database.close()

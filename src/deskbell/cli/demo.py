"""The demo of `deskbell serve --demo`."""

import click

from deskbell.cli.support import step
from deskbell.runtime.settings import Settings
from deskbell.web.demo_sign_ins import PASSWORD, SIGN_INS

__all__ = ["PASSWORD", "SIGN_INS", "prepare", "show_sign_ins"]


async def prepare(settings: Settings) -> None:
    """Creates the missing parts of the demo organizations."""
    from deskbell.demo import ensure_demo  # noqa: PLC0415 - only the demo needs it

    with step("Preparing the demo data"):
        await ensure_demo(settings)


def show_sign_ins() -> None:
    """Prints the demo's accounts and their password."""
    click.echo(f"\nSign in with the password {PASSWORD} as one of:")
    for organization, address, role in SIGN_INS:
        click.echo(f"  {organization:<16} {address:<46} {role}")
    click.echo()

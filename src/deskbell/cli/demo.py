"""The demo as `deskbell serve --demo` shows it."""

import click

from deskbell.cli.support import step
from deskbell.runtime.settings import Settings

PASSWORD = "demo-password-1"  # noqa: S105 - public on purpose; the demo listens on loopback only
SIGN_INS = (
    ("Demo Outfitters", "owner@demo.example", "owner, platform admin"),
    ("", "admin@demo.example", "admin"),
    ("", "lead@demo.example", "team lead"),
    ("", "agent@demo.example, agent2@demo.example", "agent"),
    ("", "customer@demo.example, customer2@demo.example", "customer"),
    ("Rival Goods", "owner@rival.example", "owner"),
    ("", "agent@rival.example", "agent"),
    ("", "customer@rival.example", "customer"),
)


async def prepare(settings: Settings) -> None:
    """Make the demo organizations unless they are there."""
    from deskbell.demo import ensure_demo  # noqa: PLC0415 - only the demo needs it

    with step("Looking after the demo data"):
        await ensure_demo(settings)


def show_sign_ins() -> None:
    """Print who can sign in."""
    click.echo(f"\nSign in with the password {PASSWORD} as one of:")
    for organization, address, role in SIGN_INS:
        click.echo(f"  {organization:<16} {address:<46} {role}")
    click.echo()

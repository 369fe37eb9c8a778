"""`deskbell mail test`: the accounts of a mailbox, and a mail that it sends to itself."""

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

import click

from deskbell.cli.mail_queue import open_database
from deskbell.cli.support import log_for_commands, with_settings
from deskbell.runtime.settings import Settings

if TYPE_CHECKING:
    from deskbell.features.mail.imap import Step
    from deskbell.features.mail.self_test import SelfTestReport, SelfTestStep
    from deskbell.runtime.database import Database

_LOOK_SECONDS: Final = 0.5
_WORDS: Final = {
    "suppressed": "the address is on the list of suppressed addresses: allow it again",
    "refused": "a mail server refused the mail",
    "delayed": "no mail server took the mail yet; it is tried again",
    "not_taken_up": "nothing has sent the mail yet: is the server, or a worker, running?",
    "late": "it did not come within two minutes",
    "changed": "it arrived with another one",
    "no_server": "no server says in the mail who sent it: staff can only answer notifications",
    "not_trusted": "the mailbox does not trust the server that says who sent it: add it to `trusted_servers`",
}


@click.command("test")
@click.argument("mailbox", metavar="ADDRESS")
@click.option("--no-mail", is_flag=True, help="Only connect to the accounts; send nothing.")
@click.option("--wait", metavar="SECONDS", default=150, show_default=True, help="How long to wait for the mail.")
@with_settings
def test(settings: Settings, mailbox: str, no_mail: bool, wait: int) -> None:
    """Test the mailbox with this ADDRESS, step by step.

    Connects to its accounts, then has the running server send a mail from the mailbox to itself, and waits for its arrival. Exits
    with 1 if an account does not work, or the mail does not arrive.
    """
    log_for_commands(settings)
    if not asyncio.run(_test(settings, mailbox, wait=None if no_mail else wait)):
        sys.exit(1)


async def _test(settings: Settings, mailbox: str, *, wait: int | None) -> bool:
    from deskbell.features.mail.service import routes  # noqa: PLC0415 - a long import

    async with open_database(settings) as database:
        async with database.unit(None) as uow:
            place = (await routes(uow, [mailbox])).get(mailbox)
        if place is None:
            raise click.ClickException(f"There is no mailbox {mailbox}.")
        if not await _accounts_work(database, settings, place):
            return False
        return wait is None or await _arrives(database, place, wait)


async def _accounts_work(database: "Database", settings: Settings, place: tuple[UUID, UUID]) -> bool:
    """Tries the accounts that the mailbox has."""
    from deskbell.channels.mail.imap import try_out_account  # noqa: PLC0415 - a long import
    from deskbell.channels.mail.smtp import try_out_server  # noqa: PLC0415 - as above
    from deskbell.features.mail.service import imap, smtp  # noqa: PLC0415 - as above
    from deskbell.kernel.actor import Actor  # noqa: PLC0415 - with the rest
    from deskbell.kernel.errors import NotFound  # noqa: PLC0415 - with the rest
    from deskbell.runtime.sealing import CannotOpen, sealer_of  # noqa: PLC0415 - as above

    works = True
    for name, service in (("Reading by IMAP", imap), ("Sending by SMTP", smtp)):
        try:
            async with database.unit(Actor.system(place[0])) as uow:
                account, secret = await service.for_test(uow, place[1], sealer_of(settings))
        except NotFound:
            click.echo(f"{name}: the mailbox has no account of its own for it.")
            continue
        except CannotOpen:
            raise click.ClickException("A password cannot be opened; set DESKBELL_SECRET_KEY_PREVIOUS.") from None
        if account.auth == "oauth":
            secret = await _token(database, settings, place)
        hosts = settings.webhook_allowed_hosts
        steps = await (try_out_account if service is imap else try_out_server)(account, secret, hosts)
        click.echo(f"{name}:")
        works = _print(steps) and works
    return works


async def _token(database: "Database", settings: Settings, place: tuple[UUID, UUID]) -> str:
    """The access token of a mailbox that signs in at its provider."""
    from deskbell.channels.mail.tokens import NoToken, TokenSource  # noqa: PLC0415 - a long import
    from deskbell.runtime.sealing import CannotOpen  # noqa: PLC0415 - with the rest

    source = TokenSource(database, settings)
    try:
        return await source.token(*place)
    except NoToken as failure:
        raise click.ClickException(f"There is no valid token: {failure.detail}") from None
    except CannotOpen:
        raise click.ClickException("Its sign-in cannot be opened; set DESKBELL_SECRET_KEY_PREVIOUS.") from None
    finally:
        await source.close()


def _print(steps: "Sequence[Step]") -> bool:
    for step in steps:
        _line("ok" if step.code is None else "problem", step.name, f"{step.code or ''} {step.detail}")
    return steps[-1].code is None


def _line(state: str, name: str, words: str) -> None:
    click.echo(f"  {state:<8} {name:<12} {' '.join(words.split())}".rstrip())


async def _arrives(database: "Database", place: tuple[UUID, UUID], seconds: int) -> bool:
    """Has the server send a mail from the mailbox to itself, and waits for it."""
    from deskbell.features.mail.service import self_testing  # noqa: PLC0415 - a long import
    from deskbell.kernel.actor import Actor  # noqa: PLC0415 - with the rest
    from deskbell.kernel.errors import Conflict  # noqa: PLC0415 - with the rest

    actor = Actor.system(place[0])
    try:
        async with database.unit(actor) as uow:
            report = await self_testing.begin(uow, place[1])
    except Conflict:
        raise click.ClickException("The mailbox has no address, or is off.") from None
    click.echo("A mail from the mailbox to itself:")
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + seconds
    while not report.finished and loop.time() < ends_at:
        await asyncio.sleep(_LOOK_SECONDS)
        async with database.unit(actor) as uow:
            report = await self_testing.get(uow, place[1])
    return _print_report(report)


def _print_report(report: "SelfTestReport") -> bool:
    for step in report.steps:
        _line(step.state, step.name, _words(step, report))
    return report.arrived_at is not None


def _words(step: "SelfTestStep", report: "SelfTestReport") -> str:
    if step.name == "arrived" and report.seconds is not None:
        return f"after {report.seconds:.1f} seconds"
    return f"{_WORDS.get(step.code or '', '')} {step.detail}"

"""`deskbell mail`: incoming mail on the command line."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

import click
import msgspec

from deskbell.cli.mail_queue import queue, retry, show
from deskbell.cli.mail_self_test import test
from deskbell.cli.support import connected, log_for_commands, run_fast, with_settings
from deskbell.runtime.settings import Settings

if TYPE_CHECKING:
    from deskbell.channels.mail.intake import Incoming, Intake
    from deskbell.features.mail.records import Filed
    from deskbell.runtime.database import Database

_TRY_AGAIN: Final = 75
"""EX_TEMPFAIL of sysexits.h: a mail server keeps the mail and tries again."""
_BATCH_BYTES: Final = 32 * 1024 * 1024
_BATCH_FILES: Final = 50
_FILES = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True, allow_dash=True)


class UnknownPlace(click.ClickException):
    """The organization or mailbox does not exist: a repeat changes nothing."""


@click.group("mail")
def mail() -> None:
    """Receive mail, and look at what waits."""


@mail.command("receive")
@click.argument("files", type=_FILES, nargs=-1, required=True)
@click.option("--organization", metavar="DOMAIN", help="The organization's domain (or id).")
@click.option("--mailbox", metavar="ADDRESS", help="The address that the mail was sent to.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each mail.")
@with_settings
def receive(
    settings: Settings, files: Sequence[Path], organization: str | None, mailbox: str | None, as_json: bool
) -> None:
    """Receive one mail from each FILE, or from - for standard input, and print what became of it.

    Without --organization and --mailbox, mail is for the only organization of the server. Safe while the server runs. Exits
    with 0 when every mail is stored, and with 75 when the sender should try again.
    """
    log_for_commands(settings)
    try:
        run_fast(_receive(settings, files, organization, mailbox, as_json=as_json))
    except UnknownPlace:
        raise
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the mail server must keep the mail
        words = error.message if isinstance(error, click.ClickException) else str(error)
        click.echo(f"Not every mail was received: {words or type(error).__name__}", err=True)
        sys.exit(_TRY_AGAIN)


async def _receive(
    settings: Settings, files: Sequence[Path], organization: str | None, mailbox: str | None, *, as_json: bool
) -> None:
    from deskbell.channels.mail.intake import Incoming, Intake  # noqa: PLC0415 - a long import
    from deskbell.runtime.database import Database  # noqa: PLC0415 - as above
    from deskbell.runtime.storage import Storage  # noqa: PLC0415 - as above

    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=2)
        intake = Intake(database, Storage.open(settings), settings)
        try:
            place = await place_of(database, organization, mailbox)
            remaining = iter(files)
            while batch := list(_batch(remaining, settings.max_mail_bytes)):
                mails = [
                    Incoming(
                        organization_id=place[0], mailbox_id=place[1], source="command", raw=raw,
                        envelope_to=[mailbox] if mailbox else [],
                    )
                    for _, raw in batch
                ]  # fmt: skip
                await _print_all(intake, [file for file, _ in batch], mails, as_json=as_json)
        finally:
            await intake.close()
            await database.close()


def _batch(files: Iterator[Path], max_bytes: int) -> Iterator[tuple[Path, bytes]]:
    """The next mails, bounded in number and size; of one that is too large only so much that this shows."""
    size = 0
    for file in islice(files, _BATCH_FILES):
        with click.open_file(str(file), "rb") as content:
            raw = content.read(max_bytes + 1)
        yield file, raw
        size += len(raw)
        if size > _BATCH_BYTES:
            return


async def _print_all(intake: "Intake", files: Sequence[Path], mails: "Sequence[Incoming]", *, as_json: bool) -> None:
    names = iter(files)
    async for filed in intake.take(mails):
        click.echo(_line(str(next(names)), filed, as_json=as_json))
        sys.stdout.flush()


def _line(file: str, filed: "Filed", *, as_json: bool) -> str:
    found = filed.mail
    if as_json:
        shown = {
            "file": file, "status": found.state, "reason": found.reason, "ticket_number": filed.ticket_number,
            "comment_id": found.comment_id,
        }  # fmt: skip
        return msgspec.json.encode(shown).decode()
    number = f"#{filed.ticket_number}" if filed.ticket_number is not None else "-"
    reason = f" ({found.reason})" if found.reason else ""
    return f"{found.state:<12} {number:<8} {file}{reason}"


async def place_of(database: "Database", organization: str | None, mailbox: str | None) -> tuple[UUID, UUID | None]:
    """The organization and the mailbox of the mails; without a mailbox their headers choose one."""
    from deskbell.features.access.queries.organizations import only_organization  # noqa: PLC0415 - a long import
    from deskbell.features.mail import service  # noqa: PLC0415 - as above
    from deskbell.features.transfer.organizations import find_organization  # noqa: PLC0415 - as above

    named = None
    if organization is not None:
        found = await find_organization(database, organization)
        if found is None:
            raise UnknownPlace(f"There is no organization {organization}.")
        named = found.id
    if mailbox is not None:
        async with database.unit(None) as uow:
            place = (await service.routes(uow, [mailbox])).get(mailbox)
        if place is None or (named is not None and place[0] != named):
            raise UnknownPlace(f"There is no mailbox {mailbox}.")
        return place
    if named is None:
        async with database.unit(None) as uow:
            named = await only_organization(uow.db)
    if named is None:
        raise UnknownPlace("Name the organization with --organization: the server has none, or several.")
    return named, None


mail.add_command(queue)
mail.add_command(show)
mail.add_command(retry)
mail.add_command(test)

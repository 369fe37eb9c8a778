"""`deskbell mail queue`, `mail show` and `mail retry`."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import click
import msgspec

from deskbell.cli.support import connected, log_for_commands, with_settings
from deskbell.runtime.settings import Settings

if TYPE_CHECKING:
    from deskbell.runtime.database import Database

_SHOWN: Final = 200


@click.command("queue")
@click.option("--organization", metavar="DOMAIN", help="Only this organization's, by domain or id.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each mail.")
@with_settings
def queue(settings: Settings, organization: str | None, as_json: bool) -> None:
    """List the mails that wait to be filed or sent."""
    log_for_commands(settings)
    asyncio.run(_queue(settings, organization, as_json=as_json))


async def _queue(settings: Settings, organization: str | None, *, as_json: bool) -> None:
    from deskbell.features.mail.service import operating  # noqa: PLC0415 - a long import
    from deskbell.kernel.actor import Actor  # noqa: PLC0415 - with the rest

    count = 0
    async with open_database(settings) as database:
        for organization_id, name in await organizations(database, organization):
            async with database.unit(Actor.system(organization_id)) as uow:
                received, deliveries = await operating.waiting(uow, _SHOWN)
            for way, each in [*(("in", mail) for mail in received), *(("out", mail) for mail in deliveries)]:
                count += 1
                shown = {"direction": way, "organization": name, **msgspec.to_builtins(each)}
                click.echo(msgspec.json.encode(shown).decode() if as_json else _queued(shown))
    if not count and not as_json:
        click.echo("No mail waits.")


def _queued(mail: dict[str, Any]) -> str:
    said = " ".join(str(each) for each in (mail.get("answer_code"), mail.get("answer")) if each)
    what = mail["address"] if mail["direction"] == "out" else f"{mail['size']:,} bytes by {mail['source']}"
    line = f"{mail['direction']:<4} {mail['id']}  {what}  try {mail['tries'] + 1} at {mail['next_try_at']}"
    return f"{line}  ({mail['organization']})" + (f"\n     {said}" if said else "")


@click.command("show")
@click.argument("mail_id", type=click.UUID)
@click.option("--raw", is_flag=True, help="Print the mail itself, byte for byte.")
@with_settings
def show(settings: Settings, mail_id: UUID, raw: bool) -> None:
    """Show the state of a received mail, and why it is so."""
    log_for_commands(settings)
    asyncio.run(_show(settings, mail_id, raw=raw))


async def _show(settings: Settings, mail_id: UUID, *, raw: bool) -> None:
    from deskbell.features.mail.service import content_of, reviewing  # noqa: PLC0415 - a long import
    from deskbell.kernel.actor import Actor  # noqa: PLC0415 - with the rest
    from deskbell.kernel.errors import NotFound  # noqa: PLC0415 - with the rest
    from deskbell.runtime.storage import Storage  # noqa: PLC0415 - as above

    async with open_database(settings) as database:
        for organization_id, name in await organizations(database, None):
            async with database.unit(Actor.system(organization_id)) as uow:
                try:
                    found = await reviewing.get(uow, mail_id)
                except NotFound:
                    continue
                stored = await content_of(uow, mail_id)
            if not raw:
                values = {"organization": name, **msgspec.to_builtins(found)}
                for field, value in values.items():
                    if value not in (None, "", []):
                        click.echo(f"{field:<14} {', '.join(value) if isinstance(value, list) else value}")
                return
            content = stored.raw
            if content is None and stored.raw_key is not None:
                content = await Storage.open(settings).get(stored.raw_key)
            if content is None:
                raise click.ClickException("The mail's bytes are not kept any more.")
            sys.stdout.buffer.write(content)
            return
    raise click.ClickException(f"There is no mail {mail_id}.")


@click.command("retry")
@click.argument("ids", type=click.UUID, nargs=-1)
@click.option("--delayed", is_flag=True, help="Send every delayed mail now.")
@with_settings
def retry(settings: Settings, ids: Sequence[UUID], delayed: bool) -> None:
    """File received mails again that became no ticket, or send deliveries again, by the ids of `mail queue` and the mail log.

    The worker of the running server does the work. Every check of a received mail is made again.
    """
    if not ids and not delayed:
        raise click.UsageError("Name mails or deliveries by their ids, or use --delayed.")
    log_for_commands(settings)
    asyncio.run(_retry(settings, ids, delayed=delayed))


async def _retry(settings: Settings, ids: Sequence[UUID], *, delayed: bool) -> None:
    from deskbell.features.mail.service import operating  # noqa: PLC0415 - a long import
    from deskbell.kernel.actor import Actor  # noqa: PLC0415 - with the rest

    async with open_database(settings) as database:
        ids_of_all = [organization_id for organization_id, _ in await organizations(database, None)]
        for each in ids:
            click.echo(f"{each}  {await _retry_one(database, ids_of_all, each)}")
        count = 0
        for organization_id in ids_of_all if delayed else []:
            async with database.unit(Actor.system(organization_id)) as uow:
                count += await operating.hasten(uow)
        if delayed:
            click.echo(f"{count:,} delayed {'mail is' if count == 1 else 'mails are'} sent now.")


async def _retry_one(database: "Database", ids_of_all: Sequence[UUID], wanted: UUID) -> str:
    from deskbell.features.mail.service import operating, reviewing, tracking  # noqa: PLC0415 - a long import
    from deskbell.kernel.actor import Actor  # noqa: PLC0415 - with the rest
    from deskbell.kernel.errors import Conflict, NotFound  # noqa: PLC0415 - with the rest

    for organization_id in ids_of_all:
        async with database.unit(Actor.system(organization_id)) as uow:
            try:
                await reviewing.get(uow, wanted)
                await operating.file_again(uow, wanted)
            except Conflict:
                return "is filed already, or its bytes are gone"
            except NotFound:
                pass
            else:
                return "is filed again"
            try:
                await tracking.retry(uow, wanted)
            except Conflict:
                return "was sent, or is about to be"
            except NotFound:
                continue
            return "is sent again"
    raise click.ClickException(f"There is no mail or delivery {wanted}.")


@asynccontextmanager
async def open_database(settings: Settings) -> "AsyncIterator[Database]":
    """The server's database."""
    from deskbell.runtime.database import Database  # noqa: PLC0415 - a long import

    async with connected(settings) as dsn:
        database = await Database.open(dsn, size=2)
        try:
            yield database
        finally:
            await database.close()


async def organizations(database: "Database", named: str | None) -> list[tuple[UUID, str]]:
    """Id and name of the organization with this domain or id, or of all."""
    from deskbell.features.transfer.organizations import find_organization, list_organizations  # noqa: PLC0415 - a long import

    if named is None:
        return [(each.id, each.name) for each in await list_organizations(database)]
    found = await find_organization(database, named)
    if found is None:
        raise click.ClickException(f"There is no organization {named}.")
    return [(found.id, found.name)]

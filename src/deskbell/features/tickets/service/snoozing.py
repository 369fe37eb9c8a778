"""Snoozed tickets: pending until a moment, at which they open automatically."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.tickets import policy
from deskbell.features.tickets.events import TicketSnoozed, TicketWoke
from deskbell.features.tickets.queries import snoozing as queries
from deskbell.features.tickets.records import ResolvedChanges, Ticket, TicketChanges
from deskbell.features.tickets.service.changing import resolve_changes, write
from deskbell.features.tickets.service.reading import locked
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Conflict, Invalid
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.kernel.words import Status
from deskbell.runtime.database import Database, UnitOfWork

__all__ = ["snooze", "wake_due"]

LONGEST: Final = timedelta(days=366)
_BATCH_SIZE: Final = 100


async def snooze(
    uow: UnitOfWork, ticket_id: UUID, until: datetime | None, expected_version: Precondition | None = None
) -> Ticket:
    """Makes a ticket pending until a moment; None opens one that is snoozed.

    Raises `NotFound`, `StaleVersion`, `Invalid` for a moment that is past or far away, `Conflict` for a solved ticket.
    """
    uow.actor.require(Permission.TICKET_UPDATE)
    ticket = await locked(uow, ticket_id, expected_version)
    if until == ticket.snoozed_until:
        return ticket
    if until is None:
        changes = await resolve_changes(uow, ticket, TicketChanges(status=Status.OPEN))
    else:
        if ticket.done:
            raise Conflict("snooze.done")
        if not uow.now < until <= uow.now + LONGEST:
            raise Invalid.field("until", "snooze.past")
        changes = await resolve_changes(uow, ticket, TicketChanges(status=Status.PENDING))
        changes = replace(changes, snoozed_until=until)  # which `write` records
    if until is None:
        uow.record(TicketSnoozed(ticket_id=ticket.id, until=None))
    return await write(uow, ticket, changes)


@step("the worker's loop")
async def _wake(uow: UnitOfWork, ticket_id: UUID) -> None:
    ticket = await locked(uow, ticket_id)
    if ticket.snoozed_until is None or ticket.snoozed_until > uow.now:
        return
    changes = ResolvedChanges(snoozed_until=None)
    if ticket.status == Status.PENDING:
        changes = policy.after_status(ticket, Status.OPEN, uow.now)
    uow.record(TicketWoke(ticket_id=ticket_id, until=ticket.snoozed_until))
    await write(uow, ticket, changes, occasion="ticket.woke")


async def wake_due(database: Database, now: datetime) -> datetime | None:
    """Opens the snoozed tickets of all organizations whose moment has come, a batch of them; skips locked ones.

    Returns the next moment, which is in the past while there is more to do; None when no ticket is snoozed.
    """
    async with database.across() as db:
        moments = await queries.next_moments(db, _BATCH_SIZE)
    due: dict[UUID, list[UUID]] = defaultdict(list)
    for organization_id, ticket_id, moment in moments:
        if moment <= now:
            due[organization_id].append(ticket_id)
    for organization_id, ticket_ids in due.items():
        async with database.unit(Actor.system(organization_id)) as uow:
            for ticket_id in await queries.lock_snoozed(uow.db, ticket_ids):
                await _wake(uow, ticket_id)
    later = [moment for _, _, moment in moments if moment > now]
    if later:
        return later[0]
    return moments[-1][2] if moments else None

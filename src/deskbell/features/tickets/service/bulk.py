"""One command for many tickets: each succeeds or is refused separately, and each result is returned.

All tickets are locked, and all are written, by one statement.
"""

from collections.abc import Sequence
from uuid import UUID

from deskbell.features.tickets.bulk_records import BulkOutcome, Moments, MovedMoments
from deskbell.features.tickets.events import TicketDeleted
from deskbell.features.tickets.queries import tickets as queries
from deskbell.features.tickets.records import Ticket, TicketChanges
from deskbell.features.tickets.service.changing import prepare, resolve_changes
from deskbell.features.tickets.service.creating import Seen
from deskbell.kernel.errors import DeskbellError, NotFound
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["bulk_delete", "bulk_update", "moved", "refused"]


async def bulk_update(uow: UnitOfWork, ticket_ids: Sequence[UUID], changes: TicketChanges) -> list[BulkOutcome]:
    """Applies changes to many tickets. A refusal for one does not affect the others."""
    uow.actor.require(Permission.TICKET_UPDATE)
    uow.begin_operation()
    found = await queries.lock_many(uow.db, uow.actor, ticket_ids)
    outcomes: dict[UUID, BulkOutcome] = {}
    written: list[Ticket] = []
    seen: Seen = {}
    for ticket_id, ticket in found.items():
        try:
            changed = await prepare(uow, ticket, await resolve_changes(uow, ticket, changes, seen), seen=seen)
        except DeskbellError as refusal:
            # Refused before anything of this ticket was recorded: commands decide first, then write.
            outcomes[ticket_id] = refused(ticket_id, refusal)
            continue
        if changed is not ticket:
            written.append(changed)
        outcomes[ticket_id] = BulkOutcome(ticket_id, ok=True, moments=moved(ticket, changed))
    await queries.update_many(uow.db, written)
    return _in_order(ticket_ids, outcomes)


async def bulk_delete(uow: UnitOfWork, ticket_ids: Sequence[UUID]) -> list[BulkOutcome]:
    """Hides many tickets."""
    uow.actor.require(Permission.TICKET_DELETE)
    uow.begin_operation()
    found = await queries.lock_many(uow.db, uow.actor, ticket_ids)
    if found:
        await queries.set_deleted_many(uow.db, list(found), uow.now, uow.now)
    for ticket_id in found:
        uow.record(TicketDeleted(ticket_id=ticket_id))
    return _in_order(ticket_ids, {ticket_id: BulkOutcome(ticket_id, ok=True) for ticket_id in found})


def moved(before: Ticket, after: Ticket) -> MovedMoments | None:
    """The moments of a ticket before and after a change; None if they are equal."""
    was, now = Moments.of(before), Moments.of(after)
    return None if was == now else MovedMoments(was, now)


def refused(ticket_id: UUID, refusal: DeskbellError, *, found: bool = True) -> BulkOutcome:
    """The result for a ticket that was refused."""
    return BulkOutcome(ticket_id, ok=False, code=refusal.code, problem=refusal.first_problem, found=found)


def _in_order(ticket_ids: Sequence[UUID], outcomes: dict[UUID, BulkOutcome]) -> list[BulkOutcome]:
    missing = NotFound("ticket")
    return [
        outcomes.get(ticket_id) or refused(ticket_id, missing, found=False) for ticket_id in dict.fromkeys(ticket_ids)
    ]

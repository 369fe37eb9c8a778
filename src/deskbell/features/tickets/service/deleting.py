"""Deleting is hiding: an admin can bring a ticket back until it is purged."""

from uuid import UUID

from deskbell.features.tickets.events import TicketDeleted, TicketRestored
from deskbell.features.tickets.queries import tickets as queries
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.service.reading import find, locked
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.database import UnitOfWork

__all__ = ["delete", "restore"]


async def delete(uow: UnitOfWork, ticket_id: UUID, expected_version: Precondition | None = None) -> None:
    """Hides a ticket everywhere. Raises `NotFound` (also for one that is deleted already), `StaleVersion`."""
    uow.actor.require(Permission.TICKET_DELETE)
    ticket = await locked(uow, ticket_id, expected_version)
    await queries.set_deleted(uow.db, ticket.id, uow.now, uow.now)
    uow.record(TicketDeleted(ticket_id=ticket.id))


async def restore(uow: UnitOfWork, ticket_id: UUID) -> Ticket:
    """Brings a deleted ticket back; one that is not deleted is left as it is. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_DELETE)
    ticket = await queries.lock_visible(uow.db, uow.actor, ticket_id, deleted=True)
    if ticket is not None:
        await queries.set_deleted(uow.db, ticket.id, None, uow.now)
        uow.record(TicketRestored(ticket_id=ticket.id))
    return await find(uow, ticket_id)

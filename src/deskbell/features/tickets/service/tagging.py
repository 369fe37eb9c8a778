"""Putting a tag on a ticket by the tag's id."""

from uuid import UUID

from deskbell.features.tickets.queries import references
from deskbell.features.tickets.records import Ticket, TicketChanges
from deskbell.features.tickets.service.changing import change_locked
from deskbell.features.tickets.service.reading import locked
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["add_tag"]


async def add_tag(uow: UnitOfWork, ticket_id: UUID, tag_id: UUID) -> Ticket:
    """Adds one of the organization's tags; one that is there already changes nothing. Raises `NotFound`, `Invalid`."""
    uow.actor.require(Permission.TICKET_UPDATE)
    ticket = await locked(uow, ticket_id)
    name = await references.find_tag(uow.db, tag_id)
    if name is None:
        raise Invalid.field("tag_id", "tag.unknown")
    return await change_locked(uow, ticket, TicketChanges(tags=[*ticket.tags, name]))

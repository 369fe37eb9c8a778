"""The other tickets of an open ticket's requester."""

from msgspec import Struct

from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.queries import listing
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.paging import PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["OtherTickets", "requester_of"]

_SHOWN = 5


class OtherTickets(Struct, frozen=True):
    """A requester's latest tickets but the open one, and the number of all of theirs."""

    tickets: list[Ticket]
    total: int


async def requester_of(uow: UnitOfWork, ticket: Ticket) -> OtherTickets:
    """The other tickets of a ticket's requester that the actor may see, newest first."""
    uow.actor.require(Permission.TICKET_READ)
    filters = TicketFilter(requester_id=ticket.requester.id)
    page = PageRequest(limit=_SHOWN + 1)
    found = await listing.list_visible(uow.db, uow.actor, filters, TicketSort(), page, in_rows=True)
    return OtherTickets([each for each in found.items if each.id != ticket.id][:_SHOWN], found.total)

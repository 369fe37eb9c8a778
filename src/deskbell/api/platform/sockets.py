"""platform: what its socket tells of an event on the ticket that it is opened for."""

from typing import Any
from uuid import UUID

from msgspec import Struct

from deskbell.api.platform.tickets.shapes import MessageView, TicketView
from deskbell.features.eventlog.records import Occurrence
from deskbell.features.tickets.events import (
    AboutTarget,
    CommentAdded,
    TicketAssigned,
    TicketDeleted,
    TicketRestored,
    TicketUpdated,
)


class GoneTicket(Struct, frozen=True):
    """A ticket that a request would no longer find."""

    id: UUID
    deleted: bool = True


def present(occurrence: Occurrence, for_staff: bool) -> tuple[str, Any] | None:
    """The event's name and data, or None for one that the document does not know; forms are the same for everybody."""
    del for_staff
    ticket, comment = occurrence.ticket, occurrence.comment
    match occurrence.recorded.event:
        case TicketDeleted() if ticket is not None:
            return "ticket.updated", GoneTicket(ticket.id)
        case TicketUpdated() | TicketAssigned() | TicketRestored() | AboutTarget() if ticket is not None:
            return "ticket.updated", TicketView.of(ticket)
        case CommentAdded() if comment is not None:
            return "message.received", MessageView.of(comment)
        case _:
            return None

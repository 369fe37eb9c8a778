"""platform: socket messages for events on the subscribed ticket."""

from typing import Any
from uuid import UUID

from msgspec import Struct

from deskbell.api.platform.tickets.shapes import MessageView, TicketView
from deskbell.features.eventlog.records import EventWithObjects
from deskbell.features.tickets.events import (
    AboutTarget,
    CommentAdded,
    TicketAssigned,
    TicketDeleted,
    TicketRestored,
    TicketUpdated,
)


class DeletedTicket(Struct, frozen=True):
    """A ticket that the recipient can no longer read."""

    id: UUID
    deleted: bool = True


def present(event_with_objects: EventWithObjects, for_staff: bool) -> tuple[str, Any] | None:
    """The message's name and data; None for events outside the document. Staff and customers get the same format."""
    del for_staff
    ticket, comment = event_with_objects.ticket, event_with_objects.comment
    match event_with_objects.recorded.event:
        case TicketDeleted() if ticket is not None:
            return "ticket.updated", DeletedTicket(ticket.id)
        case TicketUpdated() | TicketAssigned() | TicketRestored() | AboutTarget() if ticket is not None:
            return "ticket.updated", TicketView.of(ticket)
        case CommentAdded() if comment is not None:
            return "message.received", MessageView.of(comment)
        case _:
            return None

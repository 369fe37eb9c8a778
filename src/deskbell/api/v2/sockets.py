"""v2: Socket.IO messages for events, and the rooms they are sent to.

The document's service code defines the rooms: `org:` for new tickets, `ticket:` for changes of a ticket, `user:` for
assignments. Rooms of both staff and customers are split in two, so that customers cannot receive staff data. A user's
room is per organization, since a user may belong to several.
"""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.api.v2.tickets.shapes import TicketView
from deskbell.features.eventlog.records import EventWithObjects
from deskbell.features.tickets.events import TicketAssigned, TicketCreated, TicketRestored, TicketUpdated
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.words import DONE

Emission = tuple[str, str, Any]


class AssigneeName(Struct, frozen=True):
    """The part of an assignee that customers may see."""

    name: str


class AssignedForCustomer(Struct, frozen=True):
    """A ticket's new assignee, as its customer sees it."""

    id: UUID
    assignee: AssigneeName | None


def emissions(event_with_objects: EventWithObjects) -> list[Emission]:
    """The messages for an event as (event, room, data); data consists of plain values."""
    ticket, event = event_with_objects.ticket, event_with_objects.recorded.event
    if ticket is None or ticket.deleted_at is not None:
        return []
    match event:
        case TicketCreated():
            return [("ticket:created", f"org:{ticket.organization_id}", _plain(ticket))]
        case TicketAssigned():
            return [*_assigned(ticket, event), *_on_ticket(ticket, "ticket:updated")]
        case TicketUpdated():
            return [*_on_ticket(ticket, "ticket:updated"), *_closed_or_reopened(ticket, event)]
        case TicketRestored():
            return _on_ticket(ticket, "ticket:updated")
        case _:
            return []


def _on_ticket(ticket: Ticket, event: str) -> list[Emission]:
    data = _plain(ticket)
    return [(event, f"ticket:{ticket.id}:staff", data), (event, f"ticket:{ticket.id}:customer", data)]


def _assigned(ticket: Ticket, event: TicketAssigned) -> list[Emission]:
    """Sends the ticket to the new assignee, and the assignee's name to the customer."""
    if "assignee_id" not in event.changes:
        return []
    assignee = AssigneeName(ticket.assignee.name) if ticket.assignee else None
    emitted: list[Emission] = []
    if ticket.assignee is not None:
        emitted.append(("ticket:assigned", f"user:{ticket.organization_id}:{ticket.assignee.id}", _plain(ticket)))
    if ticket.assignee_id != ticket.requester.id:
        data = msgspec.to_builtins(AssignedForCustomer(ticket.id, assignee))
        emitted.append(("ticket:assigned", f"user:{ticket.organization_id}:{ticket.requester.id}", data))
    return emitted


def _closed_or_reopened(ticket: Ticket, event: TicketUpdated) -> list[Emission]:
    status = event.changes.get("status")
    if status is None:
        return []
    if status.now == "closed":
        return _on_ticket(ticket, "ticket:closed")
    if status.was in DONE and status.now not in DONE:
        return _on_ticket(ticket, "ticket:reopened")
    return []


def _plain(ticket: Ticket) -> Any:
    return msgspec.to_builtins(TicketView.of(ticket))

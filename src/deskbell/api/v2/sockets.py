"""v2: what Socket.IO tells of an event, and in which rooms.

The document's service code decides who hears what: `org:` of new tickets, `ticket:` of what happens to one, `user:` of
what one was given. Rooms that staff and customers can both be in are two, so that nobody hears what is not for them; and
a person's room is theirs in one organization, for they may be in several.
"""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.api.v2.tickets.shapes import TicketView
from deskbell.features.eventlog.records import Occurrence
from deskbell.features.tickets.events import TicketAssigned, TicketCreated, TicketRestored, TicketUpdated
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.words import DONE

Emission = tuple[str, str, Any]


class AssigneeName(Struct, frozen=True):
    """All that a customer is told of who works for them."""

    name: str


class AssignedForCustomer(Struct, frozen=True):
    """A ticket's new assignee as its customer is told."""

    id: UUID
    assignee: AssigneeName | None


def emissions(occurrence: Occurrence) -> list[Emission]:
    """(event, room, data) of everything that is to be sent; data as plain values."""
    ticket, event = occurrence.ticket, occurrence.recorded.event
    if ticket is None or ticket.deleted_at is not None:
        return []
    match event:
        case TicketCreated():
            return [("ticket:created", f"org:{ticket.organization_id}", _plain(ticket))]
        case TicketAssigned():
            return [*_assigned(ticket, event), *_on_ticket(ticket, "ticket:updated")]
        case TicketUpdated():
            return [*_on_ticket(ticket, "ticket:updated"), *_turned(ticket, event)]
        case TicketRestored():
            return _on_ticket(ticket, "ticket:updated")
        case _:
            return []


def _on_ticket(ticket: Ticket, event: str) -> list[Emission]:
    data = _plain(ticket)
    return [(event, f"ticket:{ticket.id}:staff", data), (event, f"ticket:{ticket.id}:customer", data)]


def _assigned(ticket: Ticket, event: TicketAssigned) -> list[Emission]:
    """To the new assignee the ticket, to its customer the name of whoever works on it now."""
    if "assignee_id" not in event.changes:
        return []
    assignee = AssigneeName(ticket.assignee.name) if ticket.assignee else None
    told: list[Emission] = []
    if ticket.assignee is not None:
        told.append(("ticket:assigned", f"user:{ticket.organization_id}:{ticket.assignee.id}", _plain(ticket)))
    if ticket.assignee_id != ticket.requester.id:
        data = msgspec.to_builtins(AssignedForCustomer(ticket.id, assignee))
        told.append(("ticket:assigned", f"user:{ticket.organization_id}:{ticket.requester.id}", data))
    return told


def _turned(ticket: Ticket, event: TicketUpdated) -> list[Emission]:
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

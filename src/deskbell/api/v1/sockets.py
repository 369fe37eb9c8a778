"""v1: socket messages for events, in the same format as HTTP responses."""

from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from deskbell.api.v1.comments.shapes import CommentView
from deskbell.api.v1.notifications.shapes import NotificationView
from deskbell.api.v1.tickets.shapes import TicketView
from deskbell.features.access.events import AboutMember
from deskbell.features.eventlog.policy import is_of_directory
from deskbell.features.eventlog.records import EventWithObjects
from deskbell.features.notifications.events import NotificationCreated
from deskbell.features.tickets.events import (
    AboutLink,
    AboutTarget,
    CommentAdded,
    CommentDeleted,
    CommentEdited,
    TicketAssigned,
    TicketCreated,
    TicketDeleted,
    TicketLinked,
    TicketRestored,
    TicketUpdated,
)
from deskbell.features.tickets.records import Ticket
from deskbell.runtime.journal.description import describe


class ChangedTicket(TicketView, frozen=True, kw_only=True):
    """A ticket and the fields that the event changed."""

    changes: dict[str, Any]


class CommentOnTicket(CommentView, frozen=True, kw_only=True):
    """A comment and its ticket: a comment may change the ticket's status and timestamps."""

    ticket: TicketView


class DeletedTicket(Struct, frozen=True):
    """A ticket that the recipient can no longer read. `deleted_by` is for the staff: the person, null for a rule or job."""

    id: UUID
    number: int
    changes: dict[str, Any]
    deleted: bool = True
    deleted_by: UUID | UnsetType | None = UNSET


class ChangedObject(Struct, frozen=True):
    """An object of a small list, such as a view or a tag, that was created, changed or deleted: fetch the list again."""

    id: UUID


class DeletedComment(Struct, frozen=True):
    """A deleted comment."""

    id: UUID
    ticket_id: UUID


class AssigneeName(Struct, frozen=True):
    """The part of an assignee that customers may see."""

    name: str


class AssignedForCustomer(Struct, frozen=True):
    """A ticket's new assignee, as its customer sees it."""

    id: UUID
    assignee: AssigneeName | None


_DELETED: Final = {"deleted": {"was": False, "now": True}}
_RESTORED: Final = {"deleted": {"was": True, "now": False}}


def present(event_with_objects: EventWithObjects, for_staff: bool) -> tuple[str, Any] | None:
    """The message's name and data for staff or for the ticket's customer; None if there is no message for them.

    The caller has already checked that the recipient may see the event.
    """
    event = event_with_objects.recorded.event
    if isinstance(event, NotificationCreated):
        notification = event_with_objects.notification
        return None if notification is None else ("notification.new", NotificationView.of(notification))
    if is_of_directory(event):
        name = "people.updated" if isinstance(event, AboutMember) else event.type
        return name, ChangedObject(event.subject_id)
    ticket = event_with_objects.ticket
    if ticket is None:
        return None
    match event:
        case TicketCreated():
            return "ticket.created", TicketView.of(ticket, for_staff=for_staff)
        case TicketUpdated() | AboutTarget():
            return "ticket.updated", _changed(ticket, _changes(event_with_objects, for_staff), for_staff)
        case AboutLink():
            return "ticket.updated", _changed(ticket, {"links": _link(event)}, for_staff)
        case TicketAssigned():
            return _assigned(event_with_objects, ticket, event, for_staff)
        case TicketDeleted():
            by = event_with_objects.recorded.actor_id if for_staff else UNSET
            return "ticket.updated", DeletedTicket(ticket.id, ticket.number, _DELETED, deleted_by=by)
        case TicketRestored():
            return "ticket.updated", _changed(ticket, _RESTORED, for_staff)
        case _:
            return _comment(event_with_objects, ticket, for_staff)


def _assigned(
    event_with_objects: EventWithObjects, ticket: Ticket, event: TicketAssigned, for_staff: bool
) -> tuple[str, Any] | None:
    if for_staff:
        return "ticket.assigned", _changed(ticket, _changes(event_with_objects, for_staff), for_staff)
    if "assignee_id" not in event.changes:
        return None
    assignee = AssigneeName(ticket.assignee.name) if ticket.assignee else None
    return "ticket.assigned", AssignedForCustomer(ticket.id, assignee)


def _link(event: AboutLink) -> dict[str, int | None]:
    """The number of the other ticket as the value before or after the event."""
    added = isinstance(event, TicketLinked)
    return {"was": None if added else event.number, "now": event.number if added else None}


def _comment(event_with_objects: EventWithObjects, ticket: Ticket, for_staff: bool) -> tuple[str, Any] | None:
    event, comment = event_with_objects.recorded.event, event_with_objects.comment
    if isinstance(event, CommentDeleted):
        return "comment.deleted", DeletedComment(event.comment_id, ticket.id)
    if comment is None or not isinstance(event, CommentAdded | CommentEdited):
        return None
    view = CommentOnTicket(
        **msgspec.structs.asdict(CommentView.of(comment)), ticket=TicketView.of(ticket, for_staff=for_staff)
    )
    return ("comment.added" if isinstance(event, CommentAdded) else "comment.updated"), view


def _changed(ticket: Ticket, changes: dict[str, Any], for_staff: bool) -> ChangedTicket:
    return ChangedTicket(**msgspec.structs.asdict(TicketView.of(ticket, for_staff=for_staff)), changes=changes)


def _changes(event_with_objects: EventWithObjects, for_staff: bool) -> dict[str, Any]:
    """The changes that the history shows for this event; empty if a customer may see none of them."""
    step = describe(event_with_objects.recorded.event, staff=for_staff)
    return dict(step.changes) if step is not None else {}

"""v1: each message of `/ws` as a schema of the document, so that a changed one breaks the build of its clients."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.api.v1.notifications.shapes import NotificationView
from deskbell.api.v1.sockets import (
    AssignedForCustomer,
    ChangedObject,
    ChangedTicket,
    CommentOnTicket,
    DeletedComment,
    DeletedTicket,
)
from deskbell.api.v1.tickets.shapes import TicketView
from deskbell.features.eventlog.policy import directory_messages
from deskbell.features.presence.records import Present
from deskbell.kernel.sockets import ClientMessage, Counts, HeldReply, Topic


class _Message(Struct, frozen=True, kw_only=True):
    timestamp: datetime


class _Event(_Message, frozen=True, kw_only=True):
    """For staff, `operation_id` is the command that the event is part of, and `request_id` the request that caused it."""

    id: int
    operation_id: UUID | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


class _Said(_Message, frozen=True, kw_only=True):
    id: None


class TicketCreatedMessage(_Event, frozen=True, kw_only=True):
    """A new ticket."""

    event: Literal["ticket.created"]
    data: TicketView


class TicketUpdatedMessage(_Event, frozen=True, kw_only=True):
    """A changed or restored ticket with its changes."""

    event: Literal["ticket.updated"]
    data: ChangedTicket


class TicketDeletedMessage(_Event, frozen=True, kw_only=True):
    """The little that is left of a deleted ticket."""

    event: Literal["ticket.updated"]
    data: DeletedTicket


class TicketAssignedMessage(_Event, frozen=True, kw_only=True):
    """A ticket with a new assignee or group, for the staff."""

    event: Literal["ticket.assigned"]
    data: ChangedTicket


class AssigneeMessage(_Event, frozen=True, kw_only=True):
    """The name of a ticket's new assignee, for its customer."""

    event: Literal["ticket.assigned"]
    data: AssignedForCustomer


class CommentMessage(_Event, frozen=True, kw_only=True):
    """A new or edited comment and its ticket in the present state."""

    event: Literal["comment.added", "comment.updated"]
    data: CommentOnTicket


class CommentDeletedMessage(_Event, frozen=True, kw_only=True):
    """A deleted comment."""

    event: Literal["comment.deleted"]
    data: DeletedComment


class NotificationMessage(_Event, frozen=True, kw_only=True):
    """A new notification of the recipient."""

    event: Literal["notification.new"]
    data: NotificationView


class DirectoryMessage(_Event, frozen=True, kw_only=True):
    """An object of a small list has changed: fetch the list again. Sent to staff who include `directory`."""

    event: str
    data: ChangedObject


class Position(Struct, frozen=True):
    """A place in the journal, to connect with later. With a `reason` events were missed: fetch your data again."""

    since: int
    reason: str | UnsetType = UNSET


class PositionMessage(_Said, frozen=True, kw_only=True):
    """The place at which the connection starts, or from which it goes on."""

    event: Literal["ready", "resync"]
    data: Position


class TicketPresence(Struct, frozen=True):
    """The other members of the staff on a ticket."""

    ticket_id: UUID
    users: list[Present]


class PresenceMessage(_Said, frozen=True, kw_only=True):
    """Who is on a ticket that you look at or watch, whenever that changes."""

    event: Literal["presence"]
    data: TicketPresence


class CountsMessage(_Said, frozen=True, kw_only=True):
    """The counts of the built-in views. Sent to staff who include `counts`."""

    event: Literal["counts.changed"]
    data: Counts


class HeldMessage(_Said, frozen=True, kw_only=True):
    """A held reply waits, was taken back or could not be sent. Sent to staff who include `outbox`."""

    event: Literal["comment.held", "comment.undone", "comment.failed"]
    data: HeldReply


class TicketSelection(Struct, frozen=True):
    """The tickets of a filter or of watched presence; null for all."""

    tickets: list[UUID] | None


class SelectionMessage(_Said, frozen=True, kw_only=True):
    """The answer to `subscribe` and to `watch`."""

    event: Literal["subscribed", "watching"]
    data: TicketSelection


class Topics(Struct, frozen=True):
    """The further messages that are sent from now on."""

    topics: list[Topic]


class IncludedMessage(_Said, frozen=True, kw_only=True):
    """The answer to `include`."""

    event: Literal["included"]
    data: Topics


class Mistake(Struct, frozen=True):
    """The mistake in a message of the client's."""

    code: Literal["BAD_MESSAGE"]
    message: str


class MistakeMessage(_Said, frozen=True, kw_only=True):
    """A message of the client's was not understood or not allowed."""

    event: Literal["error"]
    data: Mistake


class HeartbeatMessage(_Said, frozen=True, kw_only=True):
    """A sign of life, or the answer to the client's `ping` with its value."""

    event: Literal["ping", "pong"]
    data: Any


MESSAGES: Final = (
    TicketCreatedMessage,
    TicketUpdatedMessage,
    TicketDeletedMessage,
    TicketAssignedMessage,
    AssigneeMessage,
    CommentMessage,
    CommentDeletedMessage,
    NotificationMessage,
    DirectoryMessage,
    PositionMessage,
    PresenceMessage,
    CountsMessage,
    HeldMessage,
    SelectionMessage,
    IncludedMessage,
    MistakeMessage,
    HeartbeatMessage,
)
"""The messages of the server. A `DirectoryMessage` has one of the names of `directory_messages`."""


def describe(schemas: dict[str, Any]) -> None:
    """Completes the schemas: `SocketMessage` is any message of the server, `SocketClientMessage` any of the client."""
    schemas["DirectoryMessage"]["properties"]["event"]["enum"] = sorted(directory_messages())
    schemas["SocketMessage"] = {
        "description": "A message of the server at `/ws`. Its `event` says which; those to come later are to be ignored.",
        "anyOf": [{"$ref": f"#/components/schemas/{each.__name__}"} for each in MESSAGES],
    }
    schemas["SocketClientMessage"] = schemas.pop(ClientMessage.__name__)
    schemas["SocketClientMessage"] |= {"minProperties": 1, "maxProperties": 1}

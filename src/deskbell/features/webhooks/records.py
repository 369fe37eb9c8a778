"""Outgoing webhooks as they are registered."""

from datetime import datetime
from typing import Final, Literal, get_args
from uuid import UUID

from msgspec import Struct

__all__ = ["EVENT_TYPES", "EventType", "Webhook"]

EventType = Literal[
    "ticket.created", "ticket.updated", "ticket.assigned", "ticket.deleted", "ticket.restored", "comment.added",
    "comment.edited", "comment.deleted", "feedback.received", "member.added", "member.updated", "member.removed",
]  # fmt: skip
EVENT_TYPES: Final[tuple[str, ...]] = get_args(EventType)
"""The events that another program can ask to be told of."""


class Webhook(Struct, frozen=True, kw_only=True):
    """A program to be told of events. Without event types it is told of all; its secret is shown once."""

    id: UUID
    url: str
    event_types: list[str]
    created_by: UUID | None
    created_at: datetime
    disabled_at: datetime | None

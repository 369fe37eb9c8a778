"""v1: shapes of the event export."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.eventlog.records import ExportedEvent


class EventView(Struct, frozen=True, kw_only=True):
    """An event as it was written; `data` has the fields of its `type`. `actor_id` is null for Deskbell itself."""

    id: int
    type: str
    timestamp: datetime
    actor_id: UUID | None
    subject_type: str
    subject_id: UUID
    ticket_id: UUID | None
    internal: bool
    imported: bool
    request_id: str | None
    data: dict[str, Any]

    @classmethod
    def of(cls, event: ExportedEvent) -> "EventView":
        """An event in v1's form."""
        return cls(
            id=event.id, type=event.type, timestamp=event.timestamp, actor_id=event.actor_id,
            subject_type=event.subject_type, subject_id=event.subject_id, ticket_id=event.ticket_id,
            internal=event.internal, imported=event.imported, request_id=event.request_id,
            data=msgspec.json.decode(event.data, type=dict[str, Any]),
        )  # fmt: skip


class EventExport(Struct, frozen=True):
    """A part of the journal. Ask again with `since` = `next`; `caught_up` says that nothing more could be read yet."""

    events: list[EventView]
    next: str
    caught_up: bool

"""v1: shapes of the event export."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.eventlog.records import ExportedEvent


class EventView(Struct, frozen=True, kw_only=True):
    """An event as it was written; `data` has the fields of its `type`. `actor_id` is null for Deskbell itself.

    `request_id` is the request that caused it, directly or through a job. Events of one command on many objects, such as
    a bulk change or an import, have the same `operation_id`.
    """

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
    operation_id: UUID | None
    data: dict[str, Any]

    @classmethod
    def of(cls, event: ExportedEvent) -> "EventView":
        """An event in v1's form."""
        return cls(
            id=event.id, type=event.type, timestamp=event.timestamp, actor_id=event.actor_id,
            subject_type=event.subject_type, subject_id=event.subject_id, ticket_id=event.ticket_id,
            internal=event.internal, imported=event.imported, request_id=event.correlation_id, operation_id=event.operation_id,
            data=msgspec.json.decode(event.data, type=dict[str, Any]),
        )  # fmt: skip


class EventExport(Struct, frozen=True):
    """A part of the journal. Ask again with `since` = `next`; `caught_up` says that nothing more could be read yet."""

    events: list[EventView]
    next: str
    caught_up: bool

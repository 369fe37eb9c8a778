"""v1: shapes of the event export."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.eventlog.records import ExportedEvent


class EventView(Struct, frozen=True, kw_only=True):
    """A recorded event. `data` has the fields of its `type`. `actor_id` is null if Deskbell itself acted.

    `request_id` is the request that caused it, directly or through a job. Events of one command on several objects, such
    as a bulk change or an import, have the same `operation_id`. `rule_id` is the rule whose action it is.
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
    rule_id: UUID | None
    data: dict[str, Any]

    @classmethod
    def of(cls, event: ExportedEvent) -> "EventView":
        return cls(
            id=event.id, type=event.type, timestamp=event.timestamp, actor_id=event.actor_id,
            subject_type=event.subject_type, subject_id=event.subject_id, ticket_id=event.ticket_id,
            internal=event.internal, imported=event.imported, request_id=event.correlation_id, operation_id=event.operation_id,
            rule_id=event.rule_id,
            data=msgspec.json.decode(event.data, type=dict[str, Any]),
        )  # fmt: skip


class EventExport(Struct, frozen=True):
    """A part of the journal. To continue, set `since` to `next`. `caught_up` is true if no further events are available."""

    events: list[EventView]
    next: str
    caught_up: bool

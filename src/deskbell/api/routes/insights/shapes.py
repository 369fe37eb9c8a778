"""routes: shapes of metrics and the audit log."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.audit.records import AuditEntry
from deskbell.features.metrics.records import Durations, TicketMetrics


class DurationsView(Struct, frozen=True):
    """Durations over `count` tickets, in seconds; null without tickets."""

    count: int
    median_seconds: float | None
    p90_seconds: float | None
    mean_seconds: float | None

    @classmethod
    def of(cls, durations: Durations) -> "DurationsView":
        return cls(durations.count, durations.median, durations.p90, durations.mean)


class MetricsView(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """Metrics of the tickets created from `from` (inclusive) to `to` (exclusive), by current state. Rates are from 0 to 1."""

    start: datetime
    end: datetime
    total: int
    by_status: dict[str, int]
    first_response: DurationsView
    resolution: DurationsView
    resolved: int
    resolution_rate: float | None
    reopened: int
    reopen_rate: float | None

    @classmethod
    def of(cls, found: TicketMetrics) -> "MetricsView":
        return cls(
            start=found.start, end=found.end, total=found.total, by_status=found.by_status,
            first_response=DurationsView.of(found.first_response), resolution=DurationsView.of(found.resolution),
            resolved=found.resolved, resolution_rate=found.resolution_rate, reopened=found.reopened,
            reopen_rate=found.reopen_rate,
        )  # fmt: skip


class AuditView(Struct, frozen=True, kw_only=True):
    """A recorded event. The user fields are null if Deskbell itself acted; `data` holds the event's fields."""

    id: str
    action: str
    user_id: UUID | None
    user_name: str | None
    user_email: str | None
    subject_type: str
    subject_id: UUID
    ticket_id: UUID | None
    request_id: str | None
    data: dict[str, object]
    created_at: datetime

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditView":
        return cls(
            id=str(entry.id), action=entry.action, user_id=entry.user_id, user_name=entry.user_name,
            user_email=entry.user_email, subject_type=entry.subject_type, subject_id=entry.subject_id,
            ticket_id=entry.ticket_id, request_id=entry.correlation_id,
            data=msgspec.json.decode(entry.payload, type=dict[str, object]), created_at=entry.at,
        )  # fmt: skip

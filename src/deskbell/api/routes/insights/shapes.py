"""routes: shapes of metrics and the audit log."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.audit.records import AuditEntry
from deskbell.features.metrics.records import Durations, TicketMetrics


class DurationsView(Struct, frozen=True):
    """How long something took, in seconds, over `count` tickets; null where there were none."""

    count: int
    median_seconds: float | None
    p90_seconds: float | None
    mean_seconds: float | None

    @classmethod
    def of(cls, durations: Durations) -> "DurationsView":
        """Durations in this contract's form."""
        return cls(durations.count, durations.median, durations.p90, durations.mean)


class MetricsView(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """Figures of the tickets created from `from` up to before `to`, as they are now. Rates are shares from 0 to 1."""

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
        """The figures in this contract's form."""
        return cls(
            start=found.start, end=found.end, total=found.total, by_status=found.by_status,
            first_response=DurationsView.of(found.first_response), resolution=DurationsView.of(found.resolution),
            resolved=found.resolved, resolution_rate=found.resolution_rate, reopened=found.reopened,
            reopen_rate=found.reopen_rate,
        )  # fmt: skip


class AuditView(Struct, frozen=True, kw_only=True):
    """One recorded step; without a user it was Deskbell itself. `data` is what was recorded of it."""

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
        """An entry in this contract's form."""
        return cls(
            id=str(entry.id), action=entry.action, user_id=entry.user_id, user_name=entry.user_name,
            user_email=entry.user_email, subject_type=entry.subject_type, subject_id=entry.subject_id,
            ticket_id=entry.ticket_id, request_id=entry.correlation_id,
            data=msgspec.json.decode(entry.payload, type=dict[str, object]), created_at=entry.at,
        )  # fmt: skip

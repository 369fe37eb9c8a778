"""routes: metrics and the audit log."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct

from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.routing import Uow, get
from deskbell.features.audit import service as audit
from deskbell.features.audit.records import AuditEntry, AuditFilter
from deskbell.features.metrics import service as metrics
from deskbell.features.metrics.records import Durations, TicketMetrics
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["Admin & Analytics"]


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
            ticket_id=entry.ticket_id, request_id=entry.request_id,
            data=msgspec.json.decode(entry.payload, type=dict[str, object]), created_at=entry.at,
        )  # fmt: skip


def _aware(moment: datetime | None) -> datetime | None:
    """A time without a zone is taken as UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


@get("/metrics/tickets", permission=Permission.METRICS_READ, tags=TAG, summary="Get ticket metrics")
async def ticket_metrics(
    uow: Uow,
    start: Annotated[
        datetime | None, QueryParameter(name="from", description="30 days before `to`, if left out")
    ] = None,
    end: Annotated[datetime | None, QueryParameter(name="to", description="Now, if left out")] = None,
) -> MetricsView:
    """Response times, resolution times and rates of the tickets created in a span of time."""
    return MetricsView.of(await metrics.ticket_metrics(uow, _aware(start), _aware(end)))


@get("/audit-logs", permission=Permission.AUDIT_READ, tags=TAG, summary="Read the audit log")
async def audit_logs(
    uow: Uow,
    user_id: Annotated[UUID | None, QueryParameter(name="userId")] = None,
    action: Annotated[str | None, QueryParameter(description="Event types or their nouns, divided by commas")] = None,
    subject_id: Annotated[UUID | None, QueryParameter(name="subjectId")] = None,
    after: FromQuery[datetime | None] = None,
    before: FromQuery[datetime | None] = None,
    limit: LimitParam = DEFAULT_LIMIT,
    offset: OffsetParam = 0,
) -> Listing[AuditView]:
    """Every recorded step in the organization, newest first."""
    narrow = AuditFilter(
        user_id=user_id, actions=audit.actions_of(action), subject_id=subject_id, after=_aware(after),
        before=_aware(before),
    )  # fmt: skip
    return Listing.of(await audit.list_entries(uow, narrow, PageRequest(limit, offset)), AuditView.of)


ROUTES = [ticket_metrics, audit_logs]

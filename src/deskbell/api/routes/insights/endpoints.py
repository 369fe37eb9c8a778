"""routes: metrics and the audit log."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import FromQuery, QueryParameter

from deskbell.api.routes.insights.shapes import AuditView, MetricsView
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.routing import Uow, get
from deskbell.features.audit import service as audit
from deskbell.features.audit.policy import EVENT_DATA
from deskbell.features.audit.records import AuditFilter
from deskbell.features.metrics import service as metrics
from deskbell.features.organizations.calendar import moment_in_utc
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Admin & Analytics"]


async def _aware(uow: Uow, name: str, moment: datetime | None) -> datetime | None:
    """A moment in UTC; one without an offset is in the organization's time zone. Raises `Invalid`."""
    try:
        return None if moment is None else await moment_in_utc(uow.db, moment)
    except OverflowError as error:
        raise Invalid.field(name, "time_out_of_range") from error


@get("/metrics/tickets", permission=Permission.METRICS_READ, tags=TAG, summary="Get ticket metrics")
async def ticket_metrics(
    uow: Uow,
    start: Annotated[
        datetime | None, QueryParameter(name="from", description="30 days before `to`, if left out")
    ] = None,
    end: Annotated[datetime | None, QueryParameter(name="to", description="Now, if left out")] = None,
) -> MetricsView:
    """Response times, resolution times and rates of the tickets created in a span of time."""
    return MetricsView.of(
        await metrics.ticket_metrics(uow, await _aware(uow, "from", start), await _aware(uow, "to", end))
    )


@get("/audit-logs", permission=Permission.AUDIT_READ, more=EVENT_DATA, tags=TAG, summary="Read the audit log")
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
        user_id=user_id, actions=audit.actions_of(action), subject_id=subject_id, after=await _aware(uow, "after", after),
        before=await _aware(uow, "before", before),
    )  # fmt: skip
    return Listing.of(await audit.list_entries(uow, narrow, PageRequest(limit, offset)), AuditView.of)


ROUTES = [ticket_metrics, audit_logs]

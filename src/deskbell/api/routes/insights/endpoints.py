"""routes: metrics and the audit log."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import FromQuery, QueryParameter

from deskbell.api.routes.insights.shapes import AuditView, MetricsView
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.routing import Uow, get
from deskbell.features.audit import service as audit
from deskbell.features.audit.records import AuditFilter
from deskbell.features.metrics import service as metrics
from deskbell.features.organizations.calendar import moment_in_utc
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.journal.description import EVENT_VALUES

TAG = ["Admin & Analytics"]


async def _aware(uow: Uow, name: str, moment: datetime | None) -> datetime | None:
    """Converts a time to UTC; without an offset it is in the organization's time zone. Raises `Invalid`."""
    try:
        return None if moment is None else await moment_in_utc(uow.db, moment)
    except OverflowError as error:
        raise Invalid.field(name, "time_out_of_range") from error


@get("/metrics/tickets", permission=Permission.METRICS_READ, tags=TAG, summary="Get ticket metrics")
async def ticket_metrics(
    uow: Uow,
    start: Annotated[
        datetime | None, QueryParameter(name="from", description="Start of the period. Default: 30 days before `to`")
    ] = None,
    end: Annotated[datetime | None, QueryParameter(name="to", description="End of the period. Default: now")] = None,
) -> MetricsView:
    """Returns response times, resolution times and rates of the tickets created in a period."""
    return MetricsView.of(
        await metrics.ticket_metrics(uow, await _aware(uow, "from", start), await _aware(uow, "to", end))
    )


@get("/audit-logs", permission=Permission.AUDIT_READ, more=EVENT_VALUES, tags=TAG, summary="Read the audit log")
async def audit_logs(
    uow: Uow,
    user_id: Annotated[UUID | None, QueryParameter(name="userId")] = None,
    action: Annotated[str | None, QueryParameter(description="Comma-separated event types or resources")] = None,
    subject_id: Annotated[UUID | None, QueryParameter(name="subjectId")] = None,
    after: FromQuery[datetime | None] = None,
    before: FromQuery[datetime | None] = None,
    limit: LimitParam = DEFAULT_LIMIT,
    offset: OffsetParam = 0,
) -> Listing[AuditView]:
    """Lists the organization's recorded events, newest first."""
    filters = AuditFilter(
        user_id=user_id, actions=audit.actions_of(action), subject_id=subject_id, after=await _aware(uow, "after", after),
        before=await _aware(uow, "before", before),
    )  # fmt: skip
    return Listing.of(await audit.list_entries(uow, filters, PageRequest(limit, offset)), AuditView.of)


ROUTES = [ticket_metrics, audit_logs]

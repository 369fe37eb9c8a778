"""v1: the audit log."""

from typing import Annotated, Final, Literal
from uuid import UUID

from litestar.params import FromQuery, QueryParameter

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.audit.shapes import AuditView
from deskbell.api.v1.envelope import Paginated, Pagination
from deskbell.api.v1.fields import MOMENT, CursorParam, LimitParam, PageParam, moment_of
from deskbell.features.audit import service
from deskbell.features.audit.records import AuditFilter
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.journal.description import EVENT_VALUES

TAG: Final = ["Audit log"]


@get("/audit-logs", permission=Permission.AUDIT_READ, more=EVENT_VALUES, tags=TAG, summary="Read the audit log")
async def list_entries(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
    user_id: FromQuery[UUID | None] = None,
    action: Annotated[
        str | None, QueryParameter(max_length=1_000, description="Comma-separated event types or resources")
    ] = None,
    subject_type: Annotated[str | None, QueryParameter(max_length=100)] = None,
    subject_id: FromQuery[UUID | None] = None,
    after: Annotated[
        str | None, QueryParameter(max_length=50, description=f"Entries at this time or later. {MOMENT}")
    ] = None,
    before: Annotated[
        str | None, QueryParameter(max_length=50, description=f"Entries before this time. {MOMENT}")
    ] = None,
) -> Paginated[AuditView]:
    """Lists the organization's recorded events, newest first."""
    filters = AuditFilter(
        user_id=user_id, actions=service.actions_of(action), subject_type=subject_type, subject_id=subject_id,
        after=await moment_of(uow, "after", after), before=await moment_of(uow, "before", before),
    )  # fmt: skip
    found = await service.list_entries(uow, filters, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([AuditView.of(entry) for entry in found.items], Pagination.of(found))


ROUTES = [list_entries]

"""v1: the audit log."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.audit.shapes import AuditView
from deskbell.api.v1.audit.writing import MEDIA_TYPES, AuditFormat, head, lines
from deskbell.api.v1.envelope import Paginated, Pagination
from deskbell.api.v1.fields import MOMENT, CursorParam, LimitParam, PageParam, moment_of
from deskbell.features.audit import service
from deskbell.features.audit.records import AuditEntry, AuditFilter
from deskbell.features.files.naming import content_disposition
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.journal.description import EVENT_VALUES

TAG: Final = ["Audit log"]


ActionParam = Annotated[
    str | None, QueryParameter(max_length=1_000, description="Comma-separated event types or resources")
]
SubjectParam = Annotated[str | None, QueryParameter(max_length=100)]
AfterParam = Annotated[
    str | None, QueryParameter(max_length=50, description=f"Entries at this time or later. {MOMENT}")
]
BeforeParam = Annotated[str | None, QueryParameter(max_length=50, description=f"Entries before this time. {MOMENT}")]


@get("/audit-logs", permission=Permission.AUDIT_READ, more=EVENT_VALUES, tags=TAG, summary="Read the audit log")
async def list_entries(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
    user_id: FromQuery[UUID | None] = None,
    action: ActionParam = None,
    subject_type: SubjectParam = None,
    subject_id: FromQuery[UUID | None] = None,
    after: AfterParam = None,
    before: BeforeParam = None,
) -> Paginated[AuditView]:
    """Lists the organization's recorded events, newest first."""
    filters = await _filters(uow, user_id, action, subject_type, subject_id, after, before)
    found = await service.list_entries(uow, filters, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([AuditView.of(entry) for entry in found.items], Pagination.of(found))


@get(
    "/audit-logs/export", permission=Permission.AUDIT_READ, more=EVENT_VALUES, media_type="application/octet-stream",
    tags=TAG, summary="Export the audit log", produces=("*/*",),
)  # fmt: skip
async def export_audit_log(
    uow: Uow,
    request: DeskbellRequest,
    format: Annotated[AuditFormat, QueryParameter(description="`csv`, or `jsonl`: a JSON object per line")] = "csv",  # noqa: A002 - the parameter's name
    user_id: FromQuery[UUID | None] = None,
    action: ActionParam = None,
    subject_type: SubjectParam = None,
    subject_id: FromQuery[UUID | None] = None,
    after: AfterParam = None,
    before: BeforeParam = None,
) -> Response[Any]:
    """Returns all matching entries as a file, newest first, with the same filters as the list."""
    filters = await _filters(uow, user_id, action, subject_type, subject_id, after, before)
    name = f"audit-log-{uow.now.date().isoformat()}.{format}"
    entries = service.export_entries(request.app.state.database, uow.actor, filters)
    headers = {
        "Content-Disposition": content_disposition(name), "Cache-Control": "no-store", "content-type": MEDIA_TYPES[format],
    }  # fmt: skip
    return Stream(_written(format, entries), headers=headers)


async def _written(format: AuditFormat, entries: AsyncIterator[list[AuditEntry]]) -> AsyncIterator[bytes]:  # noqa: A002 - as above
    yield head(format)
    async for part in entries:
        yield lines(format, map(AuditView.of, part))


async def _filters(
    uow: Uow, user_id: UUID | None, action: str | None, subject_type: str | None, subject_id: UUID | None,
    after: str | None, before: str | None,
) -> AuditFilter:  # fmt: skip
    return AuditFilter(
        user_id=user_id, actions=service.actions_of(action), subject_type=subject_type, subject_id=subject_id,
        after=await moment_of(uow, "after", after), before=await moment_of(uow, "before", before),
    )  # fmt: skip


ROUTES = [list_entries, export_audit_log]

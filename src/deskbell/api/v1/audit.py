"""v1: the audit log."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Listed, Pagination
from deskbell.api.v1.fields import MOMENT, CursorParam, LimitParam, PageParam, moment_of
from deskbell.features.audit import service
from deskbell.features.audit.records import AuditEntry, AuditFilter
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG: Final = ["Audit log"]


class AuditUser(Struct, frozen=True):
    """Who did it."""

    id: UUID
    name: str | None
    email: str | None


class AuditView(Struct, frozen=True, kw_only=True):
    """One recorded step. `user` is null where Deskbell itself did it; `data` is what was recorded of it."""

    id: str
    action: str
    user: AuditUser | None
    subject_type: str
    subject_id: UUID
    ticket_id: UUID | None
    request_id: str | None
    data: dict[str, object]
    created_at: datetime

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditView":
        """An entry in v1's form."""
        user = None if entry.user_id is None else AuditUser(entry.user_id, entry.user_name, entry.user_email)
        return cls(
            id=str(entry.id), action=entry.action, user=user, subject_type=entry.subject_type,
            subject_id=entry.subject_id, ticket_id=entry.ticket_id, request_id=entry.request_id,
            data=msgspec.json.decode(entry.payload, type=dict[str, object]), created_at=entry.at,
        )  # fmt: skip


@get("/audit-logs", permission=Permission.AUDIT_READ, tags=TAG, summary="Read the audit log")
async def list_entries(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
    user_id: FromQuery[UUID | None] = None,
    action: Annotated[
        str | None, QueryParameter(max_length=1_000, description="Event types or their nouns, divided by commas")
    ] = None,
    subject_type: Annotated[str | None, QueryParameter(max_length=100)] = None,
    subject_id: FromQuery[UUID | None] = None,
    after: Annotated[str | None, QueryParameter(max_length=50, description=f"From this moment on: {MOMENT}")] = None,
    before: Annotated[
        str | None, QueryParameter(max_length=50, description=f"Up to before this moment: {MOMENT}")
    ] = None,
) -> Listed[AuditView]:
    """Every recorded step in the organization, newest first."""
    narrow = AuditFilter(
        user_id=user_id, actions=service.actions_of(action), subject_type=subject_type, subject_id=subject_id,
        after=moment_of("after", after), before=moment_of("before", before),
    )  # fmt: skip
    found = await service.list_entries(uow, narrow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Listed([AuditView.of(entry) for entry in found.items], Pagination.of(found))


ROUTES = [list_entries]

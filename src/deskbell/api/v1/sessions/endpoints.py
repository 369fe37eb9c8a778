"""v1: sessions of the current user."""

from typing import Literal
from uuid import UUID

from litestar.params import FromPath, FromQuery

from deskbell.api.shared.routing import Uow, delete, get
from deskbell.api.v1.envelope import Done, Paginated, Pagination
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.sessions.shapes import SessionView
from deskbell.features.access import service
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Sessions"]


@get("/auth/sessions", permission=Permission.PROFILE, tags=TAG, summary="List your sessions")
async def list_sessions(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["last_used_at"]] = "last_used_at",
    order: FromQuery[Order] = "desc",
) -> Paginated[SessionView]:
    """Lists your sessions in this organization, the most recently used first."""
    current = uow.actor.session_id
    found = await service.list_sessions(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([SessionView.of(session, current) for session in found.items], Pagination.of(found))


@delete(
    "/auth/sessions/{session_id:str}", permission=Permission.PROFILE, tags=TAG, summary="End a session",
    status_code=200,
)  # fmt: skip
async def end_session(uow: Uow, session_id: FromPath[UUID]) -> Done:
    """Ends one of your sessions. Its tokens are refused immediately."""
    await service.end_session(uow, session_id)
    return Done("Session ended")


@delete("/auth/sessions", permission=Permission.PROFILE, tags=TAG, summary="End your other sessions", status_code=200)
async def end_other_sessions(uow: Uow) -> Done:
    """Ends all your sessions except the current one."""
    ended = await service.end_own_other_sessions(uow)
    return Done(f"{ended} other {'session' if ended == 1 else 'sessions'} ended")


ROUTES = [list_sessions, end_session, end_other_sessions]

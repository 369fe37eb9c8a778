"""v1: second factor and sessions of agents."""

from typing import Final
from uuid import UUID

from litestar.params import FromPath

from deskbell.api.shared.routing import Uow, delete, get
from deskbell.api.v1.envelope import Done, Paginated, Pagination
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.sessions.shapes import SessionView
from deskbell.features.people.service import agent_access
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Agents"]


@get("/agents/{agent_id:str}/sessions", permission=Permission.AGENT_MANAGE, tags=TAG, summary="List their sessions")
async def list_agent_sessions(
    uow: Uow,
    agent_id: FromPath[UUID],
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
) -> Paginated[SessionView]:
    """Lists an agent's sessions in this organization, the most recently used first. Only owners see those of owners."""
    found = await agent_access.list_sessions(uow, agent_id, PageRequest.numbered(page, limit, cursor))
    current = uow.actor.session_id
    return Paginated([SessionView.of(session, current) for session in found.items], Pagination.of(found))


@delete(
    "/agents/{agent_id:str}/sessions/{session_id:str}", permission=Permission.AGENT_MANAGE, tags=TAG,
    summary="End their session", status_code=200,
)  # fmt: skip
async def end_agent_session(uow: Uow, agent_id: FromPath[UUID], session_id: FromPath[UUID]) -> Done:
    """Ends one of an agent's sessions. Its tokens are refused immediately."""
    await agent_access.end_session(uow, agent_id, session_id)
    return Done("Session ended")


@delete(
    "/agents/{agent_id:str}/sessions", permission=Permission.AGENT_MANAGE, tags=TAG, summary="End their sessions",
    status_code=200,
)  # fmt: skip
async def end_agent_sessions(uow: Uow, agent_id: FromPath[UUID]) -> Done:
    """Ends all of an agent's sessions in this organization, except the one that asks."""
    ended = await agent_access.end_sessions(uow, agent_id)
    return Done(f"{ended} {'session' if ended == 1 else 'sessions'} ended")


@delete(
    "/agents/{agent_id:str}/two-factor", permission=Permission.AGENT_MANAGE, tags=TAG,
    summary="Reset their second factor", status_code=200,
)  # fmt: skip
async def reset_agent_second_factor(uow: Uow, agent_id: FromPath[UUID]) -> Done:
    """Removes the second factor of an agent who lost their phone, and ends their sessions. They get a mail.

    Refused with 409 for an account that also enters another organization: then the server's operator does it
    (`deskbell remove-second-factor`).
    """
    await agent_access.reset_second_factor(uow, agent_id)
    return Done("Two-factor authentication is disabled")


ROUTES = [list_agent_sessions, end_agent_session, end_agent_sessions, reset_agent_second_factor]

"""v1: agents."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, patch, post, put
from deskbell.api.v1.agents.shapes import AgentView, CreateAgent, StatusBody, UpdateAgent
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam, filter_values
from deskbell.api.v1.tickets.endpoints import listing
from deskbell.api.v1.tickets.shapes import TicketList
from deskbell.features.people.records.agents import AVAILABILITIES, AgentFilter, AgentSort, NewAgent
from deskbell.features.people.service import agents
from deskbell.features.people.service.agents import AgentProfile
from deskbell.features.reports.scores import Scores, scores_of
from deskbell.features.tickets.listing_records import SortField, TicketFilter, TicketSort
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission, Role
from deskbell.kernel.words import STATUSES

TAG: Final = ["Agents"]


async def _views(uow: Uow, profiles: Sequence[AgentProfile]) -> list[AgentView]:
    scores = await scores_of(uow, [profile.agent.id for profile in profiles])
    return [AgentView.of(profile, scores.get(profile.agent.id, Scores())) for profile in profiles]


async def _answer(uow: Uow, profile: AgentProfile, new_at: str | None = None) -> Response[Success[AgentView]]:
    return tagged((await _views(uow, [profile]))[0], agents.etag(profile), new_at=new_at)


@get("/agents", permission=Permission.AGENT_READ, tags=TAG, summary="List agents")
async def list_agents(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    status: FromQuery[str | None] = None,
    department: Annotated[str | None, QueryParameter(max_length=200)] = None,
    search: Annotated[str | None, QueryParameter(max_length=200)] = None,
    sort: FromQuery[AgentSort] = "name",
    order: FromQuery[Literal["asc", "desc"]] = "asc",
) -> Paginated[AgentView]:
    """Lists the organization's staff. `search` matches name and email address."""
    filters = AgentFilter(
        filter_values("status", status, AVAILABILITIES),
        department.strip() if department else None,
        search.strip() if search else None,
    )
    request = PageRequest.numbered(page, limit, cursor)
    found = await agents.list_agents(uow, filters, sort, descending=order == "desc", page=request)
    return Paginated(await _views(uow, found.items), Pagination.of(found))


@get("/agents/{agent_id:str}", permission=Permission.AGENT_READ, tags=TAG, summary="Get an agent")
async def get_agent(uow: Uow, agent_id: FromPath[UUID]) -> Response[Success[AgentView]]:
    """Returns an agent."""
    return await _answer(uow, await agents.get(uow, agent_id))


@post("/agents", permission=Permission.AGENT_MANAGE, tags=TAG, summary="Create an agent")
async def create_agent(uow: Uow, data: JSONBody[CreateAgent]) -> Response[Success[AgentView]]:
    """Adds an agent and mails an invitation, or with `password` a confirmation link.

    The password is ignored if the address already has an account.
    """
    new = NewAgent(
        name=data.name, email=data.email, role=Role(data.role), password=data.password, department=data.department,
        phone=data.phone, title=data.title, group_ids=data.groups,
    )  # fmt: skip
    profile = await agents.create(uow, new)
    return await _answer(uow, profile, new_at=f"/agents/{profile.agent.id}")


@put("/agents/{agent_id:str}", permission=Permission.AGENT_MANAGE, tags=TAG, summary="Update an agent")
async def update_agent(
    uow: Uow, request: DeskbellRequest, agent_id: FromPath[UUID], data: JSONBody[UpdateAgent]
) -> Response[Success[AgentView]]:
    """Updates the given fields. Only owners may update owners."""
    return await _answer(uow, await agents.update(uow, agent_id, data.command(), expected_version(request)))


@delete(
    "/agents/{agent_id:str}", permission=Permission.AGENT_MANAGE, tags=TAG, summary="Deactivate an agent",
    status_code=200,
)  # fmt: skip
async def delete_agent(uow: Uow, request: DeskbellRequest, agent_id: FromPath[UUID]) -> Done:
    """Ends the agent's access immediately. Their comments and tickets remain."""
    await agents.deactivate(uow, agent_id, expected_version(request))
    return Done("Agent deactivated")


@patch("/agents/{agent_id:str}/status", permission=Permission.AGENT_STATUS, tags=TAG, summary="Set the status")
async def set_agent_status(uow: Uow, agent_id: FromPath[UUID], data: JSONBody[StatusBody]) -> Success[AgentView]:
    """Sets an agent's availability. Agents may set their own, admins any."""
    return Success((await _views(uow, [await agents.set_status(uow, agent_id, data.status)]))[0])


@get(
    "/agents/{agent_id:str}/tickets",
    permission=(Permission.AGENT_READ, Permission.TICKET_READ),
    tags=TAG,
    summary="List their tickets",
)
async def list_agent_tickets(
    uow: Uow,
    agent_id: FromPath[UUID],
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    status: FromQuery[str | None] = None,
    sort: FromQuery[SortField] = "created_at",
    order: FromQuery[Literal["asc", "desc"]] = "desc",
) -> Success[TicketList]:
    """Lists the tickets assigned to the agent."""
    found = await agents.get(uow, agent_id)
    filters = TicketFilter(assignee_id=found.agent.id, statuses=filter_values("status", status, STATUSES))
    return await listing(uow, filters, TicketSort(sort, order == "desc"), page, limit, cursor)


ROUTES = [
    list_agents,
    get_agent,
    create_agent,
    update_agent,
    delete_agent,
    set_agent_status,
    list_agent_tickets,
]

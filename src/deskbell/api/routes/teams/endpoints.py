"""routes: teams, called groups in the services."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from deskbell.api.routes.teams.shapes import AddMember, CreateTeam, TeamView, TeamWithMembers
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.features.groups import service
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Teams"]


@get("/teams", permission=Permission.GROUP_READ, tags=TAG, summary="List teams")
async def list_teams(uow: Uow, limit: LimitParam = DEFAULT_LIMIT, offset: OffsetParam = 0) -> Listing[TeamView]:
    """Lists the organization's teams by name."""
    return Listing.of(await service.list_groups(uow, PageRequest(limit, offset)), TeamView.of)


@post("/teams", permission=Permission.GROUP_MANAGE, tags=TAG, summary="Create a team")
async def create_team(uow: Uow, data: JSONBody[CreateTeam]) -> TeamWithMembers:
    """Creates a team without members."""
    return TeamWithMembers.whole(*await service.create(uow, data.name, data.description, []))


@post("/teams/{team_id:str}/members", permission=Permission.GROUP_MANAGE, tags=TAG, summary="Add a member")
async def add_member(uow: Uow, team_id: FromPath[UUID], data: JSONBody[AddMember]) -> TeamWithMembers:
    """Adds an agent to a team, or changes the role of a member."""
    return TeamWithMembers.whole(*await service.add_member(uow, team_id, data.user_id, data.role))


@delete(
    "/teams/{team_id:str}/members/{user_id:str}", permission=Permission.GROUP_MANAGE, tags=TAG,
    summary="Remove a member",
)  # fmt: skip
async def remove_member(uow: Uow, team_id: FromPath[UUID], user_id: FromPath[UUID]) -> None:
    """Removes an agent from a team."""
    _, members = await service.get(uow, team_id)
    if all(member.id != user_id for member in members):
        raise NotFound("member")
    await service.remove_member(uow, team_id, user_id)


ROUTES = [list_teams, create_team, add_member, remove_member]

"""routes: teams, which the core calls groups."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from deskbell.api.shared.plain import LimitParam, Listing, Name, OffsetParam
from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.features.groups import service
from deskbell.features.groups.records import Group, GroupMember, GroupRole
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["Teams"]


class TeamView(Struct, frozen=True, kw_only=True):
    """A team."""

    id: UUID
    name: str
    description: str
    members_count: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, group: Group) -> "TeamView":
        """A group in this contract's form."""
        return cls(
            id=group.id, name=group.name, description=group.description, members_count=group.members_count,
            created_at=group.created_at, updated_at=group.updated_at,
        )  # fmt: skip


class MemberView(Struct, frozen=True):
    """An agent in a team."""

    id: UUID
    name: str
    email: str
    role: str


class TeamWithMembers(TeamView, frozen=True, kw_only=True):
    """A team and who is in it."""

    members: list[MemberView]

    @classmethod
    def whole(cls, group: Group, members: list[GroupMember]) -> "TeamWithMembers":
        """A group and its members in this contract's form."""
        view = TeamView.of(group)
        fields = {name: getattr(view, name) for name in view.__struct_fields__}
        return cls(**fields, members=[MemberView(m.id, m.name, m.email, m.role) for m in members])


class CreateTeam(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new team."""

    name: Name
    description: Annotated[str, Meta(max_length=2_000)] = ""


class AddMember(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """An agent to put in the team."""

    user_id: UUID
    role: GroupRole = "member"


@get("/teams", permission=Permission.GROUP_READ, tags=TAG, summary="List teams")
async def list_teams(uow: Uow, limit: LimitParam = DEFAULT_LIMIT, offset: OffsetParam = 0) -> Listing[TeamView]:
    """The organization's teams by name."""
    return Listing.of(await service.list_groups(uow, PageRequest(limit, offset)), TeamView.of)


@post("/teams", permission=Permission.GROUP_MANAGE, tags=TAG, summary="Create a team")
async def create_team(uow: Uow, data: JSONBody[CreateTeam]) -> TeamWithMembers:
    """Makes a team without members."""
    return TeamWithMembers.whole(*await service.create(uow, data.name, data.description, []))


@post("/teams/{team_id:str}/members", permission=Permission.GROUP_MANAGE, tags=TAG, summary="Add a member")
async def add_member(uow: Uow, team_id: FromPath[UUID], data: JSONBody[AddMember]) -> TeamWithMembers:
    """Puts an agent in a team, or gives one who is in it another role."""
    return TeamWithMembers.whole(*await service.add_member(uow, team_id, data.user_id, data.role))


@delete(
    "/teams/{team_id:str}/members/{user_id:str}", permission=Permission.GROUP_MANAGE, tags=TAG,
    summary="Remove a member",
)  # fmt: skip
async def remove_member(uow: Uow, team_id: FromPath[UUID], user_id: FromPath[UUID]) -> None:
    """Takes an agent out of a team."""
    _, members = await service.get(uow, team_id)
    if all(member.id != user_id for member in members):
        raise NotFound("member")
    await service.remove_member(uow, team_id, user_id)


ROUTES = [list_teams, create_team, add_member, remove_member]

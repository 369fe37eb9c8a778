"""v2: users."""

from typing import Annotated, TypeAlias

import msgspec
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET

from deskbell.api.shared.routing import Uow, delete, get, patch
from deskbell.api.v2.envelope import Many, One
from deskbell.api.v2.fields import LimitParam, MemberId, PageParam, SearchParam, numbered
from deskbell.api.v2.users.shapes import UpdateMe, UpdateUser, UserView
from deskbell.api.v2.vocabulary import core_role, roles_showing
from deskbell.features.access import service as access
from deskbell.features.access.records import MemberChanges
from deskbell.features.people.service import members, profiles
from deskbell.kernel.paging import DEFAULT_LIMIT
from deskbell.kernel.permissions import Permission

TAG = ["Users"]


RoleWords: TypeAlias = Annotated[
    list[str] | None, QueryParameter(name="role", description="One role or a comma-separated list; may be repeated")
]


async def listing(uow: Uow, role: list[str] | None, search: str | None, page: int, limit: int) -> Many[UserView]:
    found = await members.list_members(uow, roles_showing(role or ()), search, numbered(page, limit))
    return Many.of(found, UserView.of)


def _changes(data: UpdateMe) -> MemberChanges:
    return MemberChanges(
        name=UNSET if data.name is UNSET else data.name.strip(), phone=data.phone, avatar_url=data.avatar_url
    )


@get("/users", permission=Permission.CONTACT_READ, tags=TAG, summary="List users")
async def list_users(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    role: RoleWords = None,
    search: SearchParam = None,
) -> Many[UserView]:
    """Lists the members of the organization, newest first."""
    return await listing(uow, role, search, page, limit)


@get("/users/me", permission=Permission.PROFILE, tags=TAG, summary="Get the current user")
async def get_me(uow: Uow) -> One[UserView]:
    """Returns your membership in this organization."""
    return One(UserView.of(await profiles.myself(uow)))


@patch("/users/me", permission=Permission.PROFILE, tags=TAG, summary="Update the current user")
async def update_me(uow: Uow, data: JSONBody[UpdateMe]) -> One[UserView]:
    """Updates the given fields."""
    return One(UserView.of(await members.update_member(uow, uow.actor.id, _changes(data))))


@get("/users/{member_id:str}", permission=Permission.CONTACT_READ, tags=TAG, summary="Get a user")
async def get_user(uow: Uow, member_id: MemberId) -> One[UserView]:
    """A member of the organization."""
    return One(UserView.of(await members.get(uow, member_id)))


@patch("/users/{member_id:str}", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="Update a user")
async def update_user(uow: Uow, member_id: MemberId, data: JSONBody[UpdateUser]) -> One[UserView]:
    """Updates the given fields. Setting the role already shown changes nothing: a team lead, shown as agent, stays one."""
    member = await members.get(uow, member_id)
    role = UNSET if data.role is UNSET else core_role(data.role, member.role)
    changes = msgspec.structs.replace(_changes(data), role=role)
    return One(UserView.of(await members.update_member(uow, member_id, changes)))


@delete("/users/{member_id:str}", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="Remove a user")
async def remove_user(uow: Uow, member_id: MemberId) -> None:
    """Removes a member and ends their access immediately. Their tickets and messages remain."""
    await access.remove_member(uow, member_id)


ROUTES = [list_users, get_me, update_me, get_user, update_user, remove_user]

"""v1: groups and their members."""

from typing import Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.groups.shapes import AddMember, CreateGroup, GroupDetails, UpdateGroup
from deskbell.features.groups import service
from deskbell.features.groups.records import Group, GroupChanges, GroupMember
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Groups"]


def _answer(group: Group, members: list[GroupMember]) -> Response[Success[GroupDetails]]:
    return tagged(GroupDetails.of(group, members), service.etag(group, members))


@get("/groups", permission=Permission.GROUP_READ, tags=TAG, summary="List groups")
async def list_groups(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["name"]] = "name",
    order: FromQuery[Order] = "asc",
) -> Paginated[Group]:
    """Lists the groups by name."""
    found = await service.list_groups(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated(found.items, Pagination.of(found))


@get("/groups/{group_id:str}", permission=Permission.GROUP_READ, tags=TAG, summary="Get a group")
async def get_group(uow: Uow, group_id: FromPath[UUID]) -> Response[Success[GroupDetails]]:
    """Returns a group with its members."""
    return _answer(*await service.get(uow, group_id))


@post("/groups", permission=Permission.GROUP_MANAGE, tags=TAG, summary="Create a group")
async def create_group(uow: Uow, data: JSONBody[CreateGroup]) -> Response[Success[GroupDetails]]:
    """Creates a group. The name must be unique."""
    group, members = await service.create(uow, data.name, data.description, data.member_ids, data.lead_ids)
    return tagged(GroupDetails.of(group, members), service.etag(group, members), new_at=f"/groups/{group.id}")


@put("/groups/{group_id:str}", permission=Permission.GROUP_MANAGE, tags=TAG, summary="Update a group")
async def update_group(
    uow: Uow, request: DeskbellRequest, group_id: FromPath[UUID], data: JSONBody[UpdateGroup]
) -> Response[Success[GroupDetails]]:
    """Updates the given fields."""
    changes = GroupChanges(data.name, data.description, data.member_ids, data.lead_ids)
    return _answer(*await service.update(uow, group_id, changes, expected_version(request)))


@delete(
    "/groups/{group_id:str}", permission=Permission.GROUP_MANAGE, tags=TAG, summary="Delete a group", status_code=200
)
async def delete_group(uow: Uow, request: DeskbellRequest, group_id: FromPath[UUID]) -> Done:
    """Deletes a group. Its tickets remain, without a group."""
    await service.delete(uow, group_id, expected_version(request))
    return Done("Group deleted")


@post("/groups/{group_id:str}/members", permission=Permission.GROUP_MANAGE, tags=TAG, summary="Add a group member")
async def add_group_member(uow: Uow, group_id: FromPath[UUID], data: JSONBody[AddMember]) -> Success[GroupDetails]:
    """Adds an agent to a group. Adding an existing member changes only a given `role`."""
    return Success(GroupDetails.of(*await service.add_member(uow, group_id, data.user_id, data.role)))


@delete(
    "/groups/{group_id:str}/members/{user_id:str}", permission=Permission.GROUP_MANAGE, tags=TAG,
    summary="Remove a group member", status_code=200,
)  # fmt: skip
async def remove_group_member(uow: Uow, group_id: FromPath[UUID], user_id: FromPath[UUID]) -> Done:
    """Removes an agent from a group. Removing an agent who is not a member has no effect."""
    await service.remove_member(uow, group_id, user_id)
    return Done("Member removed")


ROUTES = [list_groups, get_group, create_group, update_group, delete_group, add_group_member, remove_group_member]

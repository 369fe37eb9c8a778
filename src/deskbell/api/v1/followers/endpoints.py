"""v1: followers of tickets."""

from typing import Final
from uuid import UUID

from litestar.params import FromPath, JSONBody

from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.api.v1.envelope import Done, Success
from deskbell.api.v1.followers.shapes import AddFollower, FollowerView
from deskbell.features.people.service import contacts
from deskbell.features.tickets import service
from deskbell.kernel.permissions import Permission

TAG: Final = ["Tickets"]
_CHANGE: Final = (Permission.TICKET_UPDATE, Permission.CONTACT_READ)


@get(
    "/tickets/{ticket_id:str}/followers", permission=(Permission.TICKET_READ, Permission.CONTACT_READ), tags=TAG,
    summary="List a ticket's followers",
)  # fmt: skip
async def list_followers(uow: Uow, ticket_id: FromPath[UUID]) -> Success[list[FollowerView]]:
    """Lists the people who take part in a ticket besides its requester, the longest first."""
    return Success([FollowerView.of(each) for each in await service.list_followers(uow, ticket_id)])


@post(
    "/tickets/{ticket_id:str}/followers", permission=_CHANGE, more=(Permission.CONTACT_WRITE,), tags=TAG,
    summary="Add a follower",
)  # fmt: skip
async def add_follower(uow: Uow, ticket_id: FromPath[UUID], data: JSONBody[AddFollower]) -> Success[list[FollowerView]]:
    """Lets a member, or a customer named by address, follow a ticket: they get its public replies and may answer by mail."""
    user_id = data.user()
    if user_id is None:
        found = await contacts.ensure_customer(uow, data.email or "", data.name)
        user_id = found.user_id
    return Success([FollowerView.of(each) for each in await service.add_follower(uow, ticket_id, user_id)])


@delete(
    "/tickets/{ticket_id:str}/followers/{user_id:str}", permission=Permission.TICKET_READ,
    more=(Permission.TICKET_UPDATE,), tags=TAG, summary="Remove a follower", status_code=200,
)  # fmt: skip
async def remove_follower(uow: Uow, ticket_id: FromPath[UUID], user_id: FromPath[UUID]) -> Done:
    """Ends that a person follows a ticket: staff for any follower, members for themselves."""
    await service.remove_follower(uow, ticket_id, user_id)
    return Done("Follower removed")


ROUTES = [list_followers, add_follower, remove_follower]

"""v1: invitations."""

from typing import Literal
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.invitations.shapes import InvitationView, Invite, MemberView
from deskbell.features.access import service
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Members"]


@get("/invitations", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="List invitations")
async def list_invitations(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["invited_at"]] = "invited_at",
    order: FromQuery[Order] = "desc",
) -> Paginated[InvitationView]:
    """Lists invitations whose recipients have not signed in yet, newest first."""
    found = await service.list_invitations(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([InvitationView.of(each) for each in found.items], Pagination.of(found))


@post("/invitations", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="Invite a member")
async def invite(uow: Uow, data: JSONBody[Invite]) -> Success[MemberView]:
    """Adds a member and mails them a link to set a password. Repeat the request to mail a new link."""
    member = await service.invite(uow, email=data.email, name=data.name, role=data.role, group_ids=data.group_ids)
    return Success(MemberView.of(member), "The invitation has been mailed")


@post(
    "/invitations/{user_id:str}/resend", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="Resend an invitation",
    status_code=200,
)  # fmt: skip
async def resend_invitation(uow: Uow, user_id: FromPath[UUID]) -> Success[InvitationView]:
    """Mails the invitation again with a new link. Earlier links work until they expire."""
    return Success(InvitationView.of(await service.resend_invitation(uow, user_id)), "The invitation has been mailed")


@delete(
    "/invitations/{user_id:str}", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="Revoke an invitation",
    status_code=200,
)  # fmt: skip
async def revoke_invitation(uow: Uow, user_id: FromPath[UUID]) -> Done:
    """Invalidates the invitation's links and removes the membership. An invited customer remains a contact."""
    await service.revoke_invitation(uow, user_id)
    return Done("Invitation revoked")


ROUTES = [list_invitations, invite, resend_invitation, revoke_invitation]

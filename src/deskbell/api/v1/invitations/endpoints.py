"""v1: inviting people."""

from typing import Literal
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.api.v1.envelope import Done, Listed, Pagination, Success
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
) -> Listed[InvitationView]:
    """The invitations to your organization whose people have not signed in since, newest first."""
    found = await service.list_invitations(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Listed([InvitationView.of(each) for each in found.items], Pagination.of(found))


@post("/invitations", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="Invite somebody")
async def invite(uow: Uow, data: JSONBody[Invite]) -> Success[MemberView]:
    """Makes somebody a member and mails them a link to choose a password. Repeat it to mail a new link."""
    member = await service.invite(uow, email=data.email, name=data.name, role=data.role, group_ids=data.group_ids)
    return Success(MemberView.of(member), "An invitation is on its way")


@post(
    "/invitations/{user_id:str}/resend", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="Send it again",
    status_code=200,
)  # fmt: skip
async def resend_invitation(uow: Uow, user_id: FromPath[UUID]) -> Success[InvitationView]:
    """Mails an invitation once more, with a new link; the ones before still work until they run out."""
    return Success(InvitationView.of(await service.resend_invitation(uow, user_id)), "An invitation is on its way")


@delete(
    "/invitations/{user_id:str}", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="Revoke an invitation",
    status_code=200,
)  # fmt: skip
async def revoke_invitation(uow: Uow, user_id: FromPath[UUID]) -> Done:
    """Makes its links worthless and takes the person off the staff; an invited customer stays a contact."""
    await service.revoke_invitation(uow, user_id)
    return Done("Invitation revoked")


ROUTES = [list_invitations, invite, resend_invitation, revoke_invitation]

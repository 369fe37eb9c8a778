"""v1: inviting people."""

from litestar.params import JSONBody

from deskbell.api.shared.routing import Uow, post
from deskbell.api.v1.accounts.views import Invite, MemberView
from deskbell.api.v1.envelope import Success
from deskbell.features.accounts import service
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]


@post("/invitations", permission=Permission.MEMBER_MANAGE, tags=["Members"], summary="Invite somebody")
async def invite(uow: Uow, data: JSONBody[Invite]) -> Success[MemberView]:
    """Makes somebody a member and mails them a link to choose a password. Repeat it to mail a new link."""
    member = await service.invite(uow, email=data.email, name=data.name, role=data.role, group_ids=data.group_ids)
    return Success(MemberView.of(member), "An invitation is on its way")


ROUTES = [invite]

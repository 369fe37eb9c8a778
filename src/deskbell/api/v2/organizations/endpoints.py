"""v2: the current organization."""

from litestar.params import JSONBody
from msgspec import UNSET

from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Uow, delete, get, patch, post
from deskbell.api.v2.auth.endpoints import email_worded
from deskbell.api.v2.envelope import Many, One
from deskbell.api.v2.fields import LimitParam, MemberId, PageParam, SearchParam
from deskbell.api.v2.organizations.shapes import Invite, OrganizationView, UpdateOrganization
from deskbell.api.v2.users.endpoints import RoleWords, listing
from deskbell.api.v2.users.shapes import UserView
from deskbell.api.v2.vocabulary import core_role
from deskbell.features.access import service as access
from deskbell.features.organizations import service as organizations
from deskbell.features.organizations.records import OrganizationChanges
from deskbell.kernel.paging import DEFAULT_LIMIT
from deskbell.kernel.permissions import Permission

TAG = ["Organizations"]


@get("/organizations/current", permission=Permission.ORGANIZATION_READ, tags=TAG, summary="Get the organization")
async def get_current(uow: Uow) -> One[OrganizationView]:
    """Returns the organization that you are signed in to."""
    found = await organizations.get(uow, uow.actor.organization_id)
    return One(OrganizationView.of(found, for_staff=uow.actor.is_staff))


@patch("/organizations/current", permission=Permission.ORGANIZATION_MANAGE, tags=TAG, summary="Update the organization")
async def update_current(
    uow: Uow, request: DeskbellRequest, data: JSONBody[UpdateOrganization]
) -> One[OrganizationView]:
    """Updates the given fields."""
    settings = UNSET if data.settings is UNSET else data.settings.command()
    changes = OrganizationChanges(name=data.name, domain=data.domain, settings=settings)
    own_host = request.app.state.settings.host
    changed = await organizations.update(uow, uow.actor.organization_id, changes, own_host=own_host)
    return One(OrganizationView.of(changed, for_staff=True))


@get("/organizations/members", permission=Permission.CONTACT_READ, tags=TAG, summary="List the members")
async def list_members(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    role: RoleWords = None,
    search: SearchParam = None,
) -> Many[UserView]:
    """Lists the members of the organization, newest first."""
    return await listing(uow, role, search, page, limit)


@post("/organizations/invite", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="Invite a member")
async def invite(uow: Uow, data: JSONBody[Invite]) -> One[UserView]:
    """Adds a member and mails them a link to set a password. Repeat the request to mail a new link."""
    name = data.name.strip() if data.name else None
    with email_worded():
        return One(UserView.of(await access.invite(uow, email=data.email, name=name, role=core_role(data.role))))


@delete("/organizations/members/{member_id:str}", permission=Permission.MEMBER_MANAGE, tags=TAG,
        summary="Remove a member")  # fmt: skip
async def remove_member(uow: Uow, member_id: MemberId) -> None:
    """Removes a member and ends their access immediately. Their tickets and messages remain."""
    await access.remove_member(uow, member_id)


ROUTES = [get_current, update_current, list_members, invite, remove_member]

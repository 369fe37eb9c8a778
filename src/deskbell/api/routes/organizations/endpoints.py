"""routes: organizations."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from deskbell.api.routes.organizations.shapes import CreateOrganization, OrganizationView, UpdateOrganization
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, get, patch, post
from deskbell.features.organizations import service
from deskbell.features.organizations.directory import PublicOrganization, list_public
from deskbell.features.organizations.records import NewOrganization, OrganizationChanges
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Organizations"]


@get("/organizations", permission=Public.OPTIONAL, tags=TAG, summary="List organizations")
async def list_organizations(
    uow: Uow, limit: LimitParam = DEFAULT_LIMIT, offset: OffsetParam = 0
) -> Listing[PublicOrganization]:
    """Lists the organizations of this server with id and name."""
    return Listing.of(await list_public(uow, PageRequest(limit, offset)), lambda organization: organization)


@post("/organizations", permission=Permission.PLATFORM, tags=TAG, summary="Create an organization")
async def create_organization(
    uow: Uow, request: DeskbellRequest, data: JSONBody[CreateOrganization]
) -> OrganizationView:
    """Creates an organization. For platform admins."""
    own_host = request.app.state.settings.host
    return OrganizationView.of(await service.create(uow, NewOrganization(data.name, data.domain), own_host=own_host))


@patch(
    "/organizations/{organization_id:str}",
    permission=Permission.ORGANIZATION_READ,
    more=(Permission.ORGANIZATION_MANAGE, Permission.PLATFORM),
    tags=TAG,
    summary="Update an organization",
)
async def update_organization(
    uow: Uow, request: DeskbellRequest, organization_id: FromPath[UUID], data: JSONBody[UpdateOrganization]
) -> OrganizationView:
    """Updates the given fields. Admins and owners may update their own organization, platform admins any."""
    changes = OrganizationChanges(name=data.name, domain=data.domain)
    own_host = request.app.state.settings.host
    return OrganizationView.of(await service.update(uow, organization_id, changes, own_host=own_host))


ROUTES = [list_organizations, create_organization, update_organization]

"""v1: organizations."""

from typing import Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.organizations.shapes import CreateOrganization, OrganizationView, UpdateOrganization
from deskbell.features.organizations import service
from deskbell.features.organizations.records import NewOrganization, Organization, OrganizationChanges
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Organizations"]


def _answer(organization: Organization) -> Response[Success[OrganizationView]]:
    return tagged(OrganizationView.of(organization), service.etag(organization))


@get("/organizations", permission=Permission.PLATFORM, tags=TAG, summary="List organizations")
async def list_organizations(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["name"]] = "name",
    order: FromQuery[Order] = "asc",
) -> Paginated[OrganizationView]:
    """Lists all organizations of the server. For platform admins."""
    found = await service.list_organizations(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([OrganizationView.of(each) for each in found.items], Pagination.of(found))


@get(
    "/organizations/{organization_id:str}", permission=Permission.ORGANIZATION_READ, tags=TAG,
    summary="Get an organization",
)  # fmt: skip
async def get_organization(uow: Uow, organization_id: FromPath[UUID]) -> Response[Success[OrganizationView]]:
    """Returns your organization; platform admins may read any."""
    return _answer(await service.get(uow, organization_id))


@post("/organizations", permission=Permission.PLATFORM, tags=TAG, summary="Create an organization")
async def create_organization(
    uow: Uow, request: DeskbellRequest, data: JSONBody[CreateOrganization]
) -> Response[Success[OrganizationView]]:
    """Creates an organization without members. For platform admins."""
    new = NewOrganization(data.name, data.domain.lower() if data.domain else None, data.settings.command())
    made = await service.create(uow, new, own_host=request.app.state.settings.host)
    return tagged(OrganizationView.of(made), service.etag(made), new_at=f"/organizations/{made.id}")


# Declares only a member's permission: platform admins may update any organization, whatever their role in their own.
# The service checks the rest.
@put(
    "/organizations/{organization_id:str}", permission=Permission.ORGANIZATION_READ,
    more=(Permission.ORGANIZATION_MANAGE, Permission.PLATFORM), tags=TAG,
    summary="Update an organization",
)  # fmt: skip
async def update_organization(
    uow: Uow, request: DeskbellRequest, organization_id: FromPath[UUID], data: JSONBody[UpdateOrganization]
) -> Response[Success[OrganizationView]]:
    """Updates the given fields. Admins and owners may update their own organization, platform admins any."""
    changes = OrganizationChanges(
        data.name,
        data.domain.lower() if isinstance(data.domain, str) else data.domain,
        UNSET if data.settings is UNSET else data.settings.command(),
    )
    version, own_host = expected_version(request), request.app.state.settings.host
    return _answer(await service.update(uow, organization_id, changes, version, own_host=own_host))


@delete(
    "/organizations/{organization_id:str}", permission=Permission.PLATFORM, tags=TAG,
    summary="Delete an organization", status_code=200,
)  # fmt: skip
async def delete_organization(uow: Uow, request: DeskbellRequest, organization_id: FromPath[UUID]) -> Done:
    """Deletes an organization and ends all its members' access immediately. For platform admins."""
    await service.delete(uow, organization_id, expected_version(request))
    return Done("Organization deleted")


ROUTES = [list_organizations, get_organization, create_organization, update_organization, delete_organization]

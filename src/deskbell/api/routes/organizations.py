"""routes: organizations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.shared.plain import LimitParam, Listing, Name, OffsetParam
from deskbell.api.shared.routing import Public, Uow, get, patch, post
from deskbell.features.organizations import service
from deskbell.features.organizations.directory import PublicOrganization, list_public
from deskbell.features.organizations.records import NewOrganization, Organization, OrganizationChanges
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["Organizations"]
Domain = Annotated[
    str,
    Meta(
        min_length=3, max_length=253, pattern=r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$",
        extra={"pattern_message": "Must be a domain name in lower case, such as example.com"},
    ),
]  # fmt: skip


class OrganizationView(Struct, frozen=True, kw_only=True):
    """An organization, to those who may change it."""

    id: UUID
    name: str
    domain: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, organization: Organization) -> "OrganizationView":
        """An organization in this contract's form."""
        return cls(
            id=organization.id, name=organization.name, domain=organization.domain,
            created_at=organization.created_at, updated_at=organization.updated_at,
        )  # fmt: skip


class CreateOrganization(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new organization with nobody in it."""

    name: Name
    domain: Domain | None = None


class UpdateOrganization(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values for some fields; what is left out stays."""

    name: Name | UnsetType = UNSET
    domain: Domain | UnsetType | None = UNSET


@get("/organizations", permission=Public.OPTIONAL, tags=TAG, summary="List organizations")
async def list_organizations(
    uow: Uow, limit: LimitParam = DEFAULT_LIMIT, offset: OffsetParam = 0
) -> Listing[PublicOrganization]:
    """The organizations of this server, by id and name."""
    return Listing.of(await list_public(uow, PageRequest(limit, offset)), lambda organization: organization)


@post("/organizations", permission=Permission.PLATFORM, tags=TAG, summary="Create an organization")
async def create_organization(uow: Uow, data: JSONBody[CreateOrganization]) -> OrganizationView:
    """For the people who run the server."""
    return OrganizationView.of(await service.create(uow, NewOrganization(data.name, data.domain)))


@patch("/organizations/{organization_id:str}", permission=Permission.ORGANIZATION_READ, tags=TAG, summary="Update one")
async def update_organization(
    uow: Uow, organization_id: FromPath[UUID], data: JSONBody[UpdateOrganization]
) -> OrganizationView:
    """Sets the fields that are given: an admin or owner of their own organization, who runs the server of any."""
    changes = OrganizationChanges(name=data.name, domain=data.domain)
    return OrganizationView.of(await service.update(uow, organization_id, changes))


ROUTES = [list_organizations, create_organization, update_organization]

"""v1: organizations."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Listed, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, Name, PageParam
from deskbell.features.organizations import service
from deskbell.features.organizations.records import NewOrganization, Organization, OrganizationChanges
from deskbell.features.organizations.settings import OrganizationSettings, Scalar, SettingChanges
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES", "OrganizationView", "SettingsBody"]

TAG: Final = ["Organizations"]
ShortText = Annotated[str, Meta(max_length=200)]
Domain = Annotated[
    str,
    Meta(
        max_length=253,
        pattern=r"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
        extra={"pattern_message": "Must be a domain, such as example.com"},
        examples=["example.com"],
    ),
]


class SettingsBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings to change: null takes one back to its default. Whatever your integrations want to keep goes in `custom`."""

    time_zone: ShortText | UnsetType | None = UNSET
    language: ShortText | UnsetType | None = UNSET
    signup_allowed: bool | UnsetType | None = UNSET
    business_name: ShortText | UnsetType | None = UNSET
    support_email: ShortText | UnsetType | None = UNSET
    website: Annotated[str, Meta(max_length=2_000)] | UnsetType | None = UNSET
    phone: ShortText | UnsetType | None = UNSET
    custom: dict[str, Scalar] | UnsetType | None = UNSET

    def command(self) -> SettingChanges:
        """The same in the core's words."""
        return SettingChanges(**{name: getattr(self, name) for name in self.__struct_fields__})


class OrganizationView(Struct, frozen=True):
    """An organization with its settings, defaults filled in."""

    id: UUID
    name: str
    domain: str | None
    settings: OrganizationSettings
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, organization: Organization) -> "OrganizationView":
        """An organization in v1's form."""
        return cls(
            organization.id, organization.name, organization.domain, organization.settings, organization.created_at,
            organization.updated_at,
        )  # fmt: skip


class CreateOrganization(Struct, frozen=True, forbid_unknown_fields=True):
    """A new organization."""

    name: Name
    domain: Domain | None = None
    settings: SettingsBody = SettingsBody()


class UpdateOrganization(Struct, frozen=True, forbid_unknown_fields=True):
    """New values of some fields; what is left out stays, within `settings` too."""

    name: Name | UnsetType = UNSET
    domain: Domain | UnsetType | None = UNSET
    settings: SettingsBody | UnsetType = UNSET


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
) -> Listed[OrganizationView]:
    """Every organization of the server; for those who run it."""
    found = await service.list_organizations(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Listed([OrganizationView.of(each) for each in found.items], Pagination.of(found))


@get(
    "/organizations/{organization_id:str}", permission=Permission.ORGANIZATION_READ, tags=TAG,
    summary="Get an organization",
)  # fmt: skip
async def get_organization(uow: Uow, organization_id: FromPath[UUID]) -> Response[Success[OrganizationView]]:
    """Your own organization; any for those who run the server."""
    return _answer(await service.get(uow, organization_id))


@post("/organizations", permission=Permission.PLATFORM, tags=TAG, summary="Create an organization")
async def create_organization(uow: Uow, data: JSONBody[CreateOrganization]) -> Response[Success[OrganizationView]]:
    """Adds an organization with nobody in it; for those who run the server."""
    new = NewOrganization(data.name, data.domain.lower() if data.domain else None, data.settings.command())
    made = await service.create(uow, new)
    return tagged(OrganizationView.of(made), service.etag(made), new_at=f"/organizations/{made.id}")


# A member's permission, since who runs the server may update any organization whatever they are in their own; the
# service asks for more.
@put(
    "/organizations/{organization_id:str}", permission=Permission.ORGANIZATION_READ, tags=TAG,
    summary="Update an organization",
)  # fmt: skip
async def update_organization(
    uow: Uow, request: DeskbellRequest, organization_id: FromPath[UUID], data: JSONBody[UpdateOrganization]
) -> Response[Success[OrganizationView]]:
    """Sets the fields that are given. Admins and owners update their own, those who run the server any."""
    changes = OrganizationChanges(
        data.name,
        data.domain.lower() if isinstance(data.domain, str) else data.domain,
        UNSET if data.settings is UNSET else data.settings.command(),
    )
    return _answer(await service.update(uow, organization_id, changes, expected_version(request)))


@delete(
    "/organizations/{organization_id:str}", permission=Permission.PLATFORM, tags=TAG,
    summary="Delete an organization", status_code=200,
)  # fmt: skip
async def delete_organization(uow: Uow, request: DeskbellRequest, organization_id: FromPath[UUID]) -> Done:
    """Ends access for all its members at once; for those who run the server."""
    await service.delete(uow, organization_id, expected_version(request))
    return Done("Organization deleted")


ROUTES = [list_organizations, get_organization, create_organization, update_organization, delete_organization]

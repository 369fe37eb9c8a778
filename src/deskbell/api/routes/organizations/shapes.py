"""routes: shapes of organizations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.shared.plain import Name
from deskbell.features.organizations.records import Organization

Domain = Annotated[
    str,
    Meta(
        min_length=3, max_length=253, pattern=r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$",
        extra={"messages": {"pattern": "not_a_domain"}},
    ),
]  # fmt: skip


class OrganizationView(Struct, frozen=True, kw_only=True):
    """An organization, as its admins see it."""

    id: UUID
    name: str
    domain: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, organization: Organization) -> "OrganizationView":
        return cls(
            id=organization.id, name=organization.name, domain=organization.domain,
            created_at=organization.created_at, updated_at=organization.updated_at,
        )  # fmt: skip


class CreateOrganization(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new organization. It has no members."""

    name: Name
    domain: Domain | None = None


class UpdateOrganization(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values."""

    name: Name | UnsetType = UNSET
    domain: Domain | UnsetType | None = UNSET

"""v2: shapes of organizations."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v2.auth.shapes import Email
from deskbell.api.v2.fields import Name
from deskbell.api.v2.vocabulary import ShownRole
from deskbell.features.organizations.records import Organization
from deskbell.features.organizations.settings import SettingChanges


class SettingsView(Struct, frozen=True, kw_only=True, rename="camel"):
    """An organization's settings, including defaults."""

    time_zone: str
    language: str
    signup_allowed: bool
    business_name: str | None
    support_email: str | None
    website: str | None
    phone: str | None
    custom: dict[str, Any]


class OrganizationView(Struct, frozen=True, kw_only=True, rename="camel"):
    """An organization. `settings` is null for customers."""

    id: UUID
    name: str
    domain: str | None
    settings: SettingsView | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, organization: Organization, *, for_staff: bool) -> "OrganizationView":
        kept = organization.settings
        shown = {name: getattr(kept, name) for name in SettingsView.__struct_fields__} if for_staff else None
        return cls(
            id=organization.id,
            name=organization.name,
            domain=organization.domain,
            settings=None if shown is None else SettingsView(**shown),
            created_at=organization.created_at,
            updated_at=organization.updated_at,
        )


Text: TypeAlias = Annotated[str, Meta(max_length=2_000)]


Domain: TypeAlias = Annotated[
    str,
    Meta(
        max_length=253,
        pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$",
        extra={"messages": {"pattern": "not_a_domain"}},
    ),
]


class UpdateSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The settings to change; omitted settings keep their values, null restores a default."""

    time_zone: Text | UnsetType | None = UNSET
    language: Text | UnsetType | None = UNSET
    signup_allowed: bool | UnsetType | None = UNSET
    business_name: Text | UnsetType | None = UNSET
    support_email: Text | UnsetType | None = UNSET
    website: Text | UnsetType | None = UNSET
    phone: Text | UnsetType | None = UNSET
    custom: dict[str, str | int | float | bool | None] | UnsetType | None = UNSET

    def command(self) -> SettingChanges:
        given: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__}
        return SettingChanges(**given)


class UpdateOrganization(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values."""

    name: Name | UnsetType = UNSET
    domain: Domain | UnsetType | None = UNSET
    settings: UpdateSettings | UnsetType = UNSET


class Invite(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new member: address, role and name."""

    email: Email
    role: ShownRole = "agent"
    name: Name | None = None

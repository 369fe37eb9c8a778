"""v1: shapes of organizations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Name
from deskbell.features.organizations.records import Organization
from deskbell.features.organizations.settings import (
    MOST_UNDO_DAYS,
    OrganizationSettings,
    OwnFieldNames,
    Scalar,
    SettingChanges,
)
from deskbell.kernel.working_time import OpeningHours

ShortText = Annotated[str, Meta(max_length=200)]


Domain = Annotated[
    str,
    Meta(
        max_length=253,
        pattern=r"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
        extra={"messages": {"pattern": "not_a_domain"}},
        examples=["example.com"],
    ),
]


UndoDays = Annotated[
    int, Meta(ge=1, le=MOST_UNDO_DAYS, description="Days after its end in which an operation can be undone")
]


class SettingsBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings to change; null restores a default. `custom` holds arbitrary values of your integrations."""

    time_zone: ShortText | UnsetType | None = UNSET
    language: ShortText | UnsetType | None = UNSET
    signup_allowed: bool | UnsetType | None = UNSET
    own_field_names: OwnFieldNames | UnsetType | None = UNSET
    undo_days: UndoDays | UnsetType | None = UNSET
    hours: OpeningHours | UnsetType | None = UNSET
    business_name: ShortText | UnsetType | None = UNSET
    support_email: ShortText | UnsetType | None = UNSET
    website: Annotated[str, Meta(max_length=2_000)] | UnsetType | None = UNSET
    phone: ShortText | UnsetType | None = UNSET
    custom: dict[str, Scalar] | UnsetType | None = UNSET

    def command(self) -> SettingChanges:
        return SettingChanges(**{name: getattr(self, name) for name in self.__struct_fields__})


class OrganizationView(Struct, frozen=True):
    """An organization with its settings, including defaults."""

    id: UUID
    name: str
    domain: str | None
    settings: OrganizationSettings
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, organization: Organization) -> "OrganizationView":
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
    """The fields to change; omitted fields keep their values, also within `settings`."""

    name: Name | UnsetType = UNSET
    domain: Domain | UnsetType | None = UNSET
    settings: SettingsBody | UnsetType = UNSET

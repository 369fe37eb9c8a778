"""Rows of organizations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.organizations.settings import OrganizationSettings, SettingChanges, settings_of

__all__ = ["NewOrganization", "Organization", "OrganizationChanges"]


class Organization(Struct, frozen=True):
    """A tenant. `stored` is its settings as they are kept, with what other features keep beside them."""

    id: UUID
    name: str
    domain: str | None
    stored: dict[str, Any]
    created_at: datetime
    updated_at: datetime

    @property
    def settings(self) -> OrganizationSettings:
        """Its settings, defaults filled in."""
        return settings_of(self.stored)


class NewOrganization(Struct, frozen=True):
    """What it takes to add an organization."""

    name: str
    domain: str | None = None
    settings: SettingChanges = SettingChanges()


class OrganizationChanges(Struct, frozen=True):
    """New values of some fields; what is UNSET stays."""

    name: str | UnsetType = UNSET
    domain: str | UnsetType | None = UNSET
    settings: SettingChanges | UnsetType = UNSET

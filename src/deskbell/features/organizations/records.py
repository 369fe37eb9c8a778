"""Rows of organizations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.organizations.settings import OrganizationSettings, SettingChanges, settings_of


class Organization(Struct, frozen=True):
    """An organization. `stored` is the settings object in the database, including keys of other features."""

    id: UUID
    name: str
    domain: str | None
    stored: dict[str, Any]
    created_at: datetime
    updated_at: datetime

    @property
    def settings(self) -> OrganizationSettings:
        """Its settings, with defaults for unset ones."""
        return settings_of(self.stored)


class NewOrganization(Struct, frozen=True):
    """The fields of a new organization."""

    name: str
    domain: str | None = None
    settings: SettingChanges = SettingChanges()


class OrganizationChanges(Struct, frozen=True):
    """New values of some fields; UNSET leaves a field unchanged."""

    name: str | UnsetType = UNSET
    domain: str | UnsetType | None = UNSET
    settings: SettingChanges | UnsetType = UNSET

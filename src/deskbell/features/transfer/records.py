"""Rows that import and export share."""

from uuid import UUID

from msgspec import Struct


class OrganizationRow(Struct, frozen=True):
    """An organization with the fields of the open format."""

    id: UUID
    name: str
    domain: str | None
    time_zone: str | None

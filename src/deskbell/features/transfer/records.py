"""Records that import and export share."""

from uuid import UUID

from msgspec import Struct


class OrganizationRow(Struct, frozen=True):
    """An organization as the open format describes it."""

    id: UUID
    name: str
    domain: str | None
    time_zone: str | None

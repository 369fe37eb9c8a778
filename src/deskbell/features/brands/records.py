"""Rows of brands."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType


class Brand(Struct, frozen=True, kw_only=True):
    """A brand. `color` is `#rgb` or `#rrggbb`, `address` that of its website, `logo` that of a picture."""

    id: UUID
    name: str
    color: str | None
    address: str | None
    logo: str | None
    created_at: datetime
    updated_at: datetime


class BrandChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET keeps the present one."""

    name: str | UnsetType = UNSET
    color: str | UnsetType | None = UNSET
    address: str | UnsetType | None = UNSET
    logo: str | UnsetType | None = UNSET

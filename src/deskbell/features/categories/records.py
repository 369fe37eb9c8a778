"""Rows of categories."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType


class Category(Struct, frozen=True):
    """What tickets can be about."""

    id: UUID
    name: str
    description: str
    created_at: datetime
    updated_at: datetime


class CategoryChanges(Struct, frozen=True):
    """New values of some fields; what is UNSET stays."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET

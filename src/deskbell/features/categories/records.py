"""Rows of categories."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType


class Category(Struct, frozen=True):
    """A subject area of tickets."""

    id: UUID
    name: str
    description: str
    created_at: datetime
    updated_at: datetime


class CategoryChanges(Struct, frozen=True):
    """New values of some fields; UNSET leaves a field unchanged."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET

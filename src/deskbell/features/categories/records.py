"""Rows of categories."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType


class Category(Struct, frozen=True):
    """A subject area of tickets. `color` is `#rgb` or `#rrggbb`.

    `articles_count` is the number of articles whose category has the same name.
    """

    id: UUID
    name: str
    description: str
    color: str | None
    tickets_count: int
    articles_count: int
    created_at: datetime
    updated_at: datetime


class CategoryChanges(Struct, frozen=True):
    """New values of some fields; UNSET leaves a field unchanged."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    color: str | UnsetType | None = UNSET

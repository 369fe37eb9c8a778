"""Rows of tags."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType


class Tag(Struct, frozen=True):
    """A tag; `tickets_count` is the number of tickets with it. `color` is `#rgb` or `#rrggbb`."""

    id: UUID
    name: str
    color: str | None
    tickets_count: int
    created_at: datetime


class TagChanges(Struct, frozen=True):
    """New values of some fields; UNSET leaves a field unchanged."""

    name: str | UnsetType = UNSET
    color: str | UnsetType | None = UNSET

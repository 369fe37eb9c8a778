"""Rows of tags."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

__all__ = ["Tag"]


class Tag(Struct, frozen=True):
    """A tag; `tickets_count` says how many tickets carry it. `color` is `#rgb` or `#rrggbb`."""

    id: UUID
    name: str
    color: str | None
    tickets_count: int
    created_at: datetime

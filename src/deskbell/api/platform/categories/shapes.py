"""platform: shapes of categories."""

from uuid import UUID

from msgspec import Struct


class CategoryView(Struct, frozen=True):
    """A category of tickets."""

    id: UUID
    name: str
    description: str

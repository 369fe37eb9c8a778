"""platform: shapes of categories."""

from uuid import UUID

from msgspec import Struct


class CategoryView(Struct, frozen=True):
    """What tickets can be about."""

    id: UUID
    name: str
    description: str

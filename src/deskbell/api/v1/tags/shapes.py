"""v1: shapes of tags."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Tag
from deskbell.features.tags import records

Color = Annotated[
    str,
    Meta(
        pattern=r"^#(?:[0-9a-fA-F]{3}){1,2}$",
        extra={"messages": {"pattern": "not_a_color"}},
        examples=["#1c7ed6"],
    ),
]


class TagView(Struct, frozen=True):
    """A tag. `tickets_count` is the number of tickets with it."""

    id: UUID
    name: str
    color: str | None
    tickets_count: int
    created_at: datetime

    @classmethod
    def of(cls, tag: records.Tag) -> "TagView":
        return cls(tag.id, tag.name, tag.color, tag.tickets_count, tag.created_at)


class CreateTag(Struct, frozen=True, forbid_unknown_fields=True):
    """A new tag."""

    name: Tag
    color: Color | None = None


class UpdateTag(Struct, frozen=True, forbid_unknown_fields=True):
    """New values; what is left out stays. A `color` of null removes it."""

    name: Tag | UnsetType = UNSET
    color: Color | UnsetType | None = UNSET


class MergeTag(Struct, frozen=True, forbid_unknown_fields=True):
    """The tag that the tickets get instead."""

    into_id: UUID

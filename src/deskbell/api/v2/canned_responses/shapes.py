"""v2: shapes of canned responses."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v2.fields import Name
from deskbell.features.canned.records import CannedResponse

Content = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=r"\S", extra={"messages": {"pattern": "blank"}})]


Shortcut = Annotated[str, Meta(max_length=50)]


class CannedView(Struct, frozen=True, kw_only=True, rename="camel"):
    """A canned response."""

    id: UUID
    title: str
    content: str
    shortcut: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, response: CannedResponse) -> "CannedView":
        return cls(
            id=response.id,
            title=response.title,
            content=response.content,
            shortcut=response.shortcut,
            created_at=response.created_at,
            updated_at=response.updated_at,
        )


class CreateCanned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new canned response. The shortcut must be unique."""

    title: Name
    content: Content
    shortcut: Shortcut | None = None


class UpdateCanned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values."""

    title: Name | UnsetType = UNSET
    content: Content | UnsetType = UNSET
    shortcut: Shortcut | UnsetType | None = UNSET

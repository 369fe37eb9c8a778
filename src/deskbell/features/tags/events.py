"""Events of tags."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import DomainEvent


class AboutTag(Struct, frozen=True, kw_only=True):
    """Fields of events about one tag."""

    subject_type: ClassVar[str] = "tag"
    subject_key: ClassVar[str] = "tag_id"
    tag_id: UUID
    name: str


class TagCreated(AboutTag, DomainEvent, frozen=True, kw_only=True):
    """A tag was created."""

    type: ClassVar[str] = "tag.created"
    color: str | None


class TagDeleted(AboutTag, DomainEvent, frozen=True, kw_only=True):
    """A tag was deleted; `tickets` had it. Each of them is then updated by an event of its own."""

    type: ClassVar[str] = "tag.deleted"
    tickets: int

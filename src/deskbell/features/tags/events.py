"""Events of tags."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


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


class TagUpdated(AboutTag, DomainEvent, frozen=True, kw_only=True):
    """Its name or colour changed. `name` is the new one."""

    type: ClassVar[str] = "tag.updated"
    changes: dict[str, Change]


class TagMerged(AboutTag, DomainEvent, frozen=True, kw_only=True):
    """A tag was merged into another one; `tickets` had it. Each of them is then updated by an event of its own."""

    type: ClassVar[str] = "tag.merged"
    into_id: UUID
    into_name: str
    tickets: int


class TagDeleted(AboutTag, DomainEvent, frozen=True, kw_only=True):
    """A tag was deleted; `tickets` had it. Each of them is then updated by an event of its own."""

    type: ClassVar[str] = "tag.deleted"
    tickets: int

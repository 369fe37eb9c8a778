"""What happens to tags."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import DomainEvent

__all__ = ["TagCreated", "TagDeleted", "TagEvent"]


class TagEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one tag."""

    subject_type: ClassVar[str] = "tag"
    tag_id: UUID
    name: str

    @property
    def subject_id(self) -> UUID:
        """The tag."""
        return self.tag_id


class TagCreated(TagEvent, frozen=True, kw_only=True):
    """A tag was defined."""

    type: ClassVar[str] = "tag.created"
    color: str | None


class TagDeleted(TagEvent, frozen=True, kw_only=True):
    """A tag was taken off the list and off all its tickets; `tickets` says how many those were.

    The tickets get no event each: a tag may be on a million of them.
    """

    type: ClassVar[str] = "tag.deleted"
    tickets: int

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
    """A tag was deleted; `tickets` says how many had it. Each of them then loses it by a change of its own."""

    type: ClassVar[str] = "tag.deleted"
    tickets: int

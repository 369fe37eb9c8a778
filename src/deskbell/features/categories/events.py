"""What happens to categories."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent


class CategoryEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one category."""

    subject_type: ClassVar[str] = "category"
    category_id: UUID

    @property
    def subject_id(self) -> UUID:
        """The category."""
        return self.category_id


class CategoryCreated(CategoryEvent, frozen=True, kw_only=True):
    """A category was added."""

    type: ClassVar[str] = "category.created"
    name: str
    description: str


class CategoryUpdated(CategoryEvent, frozen=True, kw_only=True):
    """Its name or description changed."""

    type: ClassVar[str] = "category.updated"
    changes: dict[str, Change]


class CategoryDeleted(CategoryEvent, frozen=True, kw_only=True):
    """A category was removed; each of its tickets then loses it by a change of its own."""

    type: ClassVar[str] = "category.deleted"
    name: str

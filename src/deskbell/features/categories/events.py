"""Events of categories."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutCategory(Struct, frozen=True, kw_only=True):
    """Fields of events about one category."""

    subject_type: ClassVar[str] = "category"
    subject_key: ClassVar[str] = "category_id"
    category_id: UUID


class CategoryCreated(AboutCategory, DomainEvent, frozen=True, kw_only=True):
    """A category was added."""

    type: ClassVar[str] = "category.created"
    name: str
    description: str
    color: str | None = None


class CategoryUpdated(AboutCategory, DomainEvent, frozen=True, kw_only=True):
    """Its name, description or colour changed."""

    type: ClassVar[str] = "category.updated"
    changes: dict[str, Change]


class CategoryMerged(AboutCategory, DomainEvent, frozen=True, kw_only=True):
    """A category was merged into another one; `tickets` had it. Each of them is then updated by an event of its own."""

    type: ClassVar[str] = "category.merged"
    name: str
    into_id: UUID
    into_name: str
    tickets: int


class CategoryDeleted(AboutCategory, DomainEvent, frozen=True, kw_only=True):
    """A category was deleted; each of its tickets is then updated by an event of its own."""

    type: ClassVar[str] = "category.deleted"
    name: str

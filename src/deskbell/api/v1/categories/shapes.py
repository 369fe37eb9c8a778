"""v1: shapes of categories."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.api.v1.fields import Name, Text
from deskbell.api.v1.tags.shapes import Color
from deskbell.features.categories.records import Category


class CategoryView(Struct, frozen=True, kw_only=True):
    """A category. `tickets_count` and `articles_count` are the numbers of tickets and articles in it; null for customers."""

    id: UUID
    name: str
    description: str
    color: str | None
    tickets_count: int | None
    articles_count: int | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, category: Category, *, counted: bool) -> "CategoryView":
        return cls(
            id=category.id, name=category.name, description=category.description, color=category.color,
            tickets_count=category.tickets_count if counted else None,
            articles_count=category.articles_count if counted else None,
            created_at=category.created_at, updated_at=category.updated_at,
        )  # fmt: skip


class CreateCategory(Struct, frozen=True, forbid_unknown_fields=True):
    """A new category."""

    name: Name
    description: Text = ""
    color: Color | None = None


class UpdateCategory(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. A `color` of null removes it."""

    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    color: Color | UnsetType | None = UNSET


class MergeCategory(Struct, frozen=True, forbid_unknown_fields=True):
    """The category that the tickets get instead."""

    into_id: UUID

"""Rows of articles."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

Visibility = Literal["public", "internal"]
"""Who an article is for once it is finished: customers, or the staff alone. An internal one is never published."""


class Article(Struct, frozen=True, kw_only=True):
    """An article in Markdown. Drafts and internal articles have no `published_at`. `snippet` is set in search results."""

    id: UUID
    slug: str
    title: str
    content: str
    category: str
    tags: list[str]
    locale: str
    published_at: datetime | None
    visibility: Visibility
    author_id: UUID
    author_name: str
    version: int
    created_at: datetime
    updated_at: datetime
    views: int
    helpful: int
    unhelpful: int
    snippet: str | None = None

    @property
    def published(self) -> bool:
        """Whether readers see it."""
        return self.published_at is not None


class NewArticle(Struct, frozen=True, kw_only=True):
    """The fields of a new article."""

    title: str
    content: str
    category: str = ""
    tags: list[str] = []
    published: bool = False
    visibility: Visibility = "public"
    locale: str = "en"
    slug: str | None = None
    translation_of: UUID | None = None
    """An article in another language with which the help centre shows it as one."""


class ArticleChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET leaves a field unchanged."""

    title: str | UnsetType = UNSET
    content: str | UnsetType = UNSET
    category: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    published: bool | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET


class ArticleFilter(Struct, frozen=True, kw_only=True):
    """Filters of articles. Search results are ordered by relevance, other lists by newest first."""

    category: str | None = None
    tag: str | None = None
    locale: str | None = None
    search: str | None = None
    published: bool | None = None
    visibility: Visibility | None = None


class CategoryCount(Struct, frozen=True):
    """A category with the number of its articles that the reader may see."""

    name: str
    articles: int


class Translation(Struct, frozen=True, kw_only=True):
    """An article in one language, without its text."""

    id: UUID
    locale: str
    title: str
    published: bool
    visibility: Visibility
    version: int
    updated_at: datetime


class Origin(Struct, frozen=True, kw_only=True):
    """The mark that an article shares with its translations: the file that it was imported from, or without one its slug."""

    slug: str
    source: str | None


class ArticleVersion(Struct, frozen=True, kw_only=True):
    """The content of one version of an article. `editor_id` is None for Deskbell itself, and for versions from before."""

    article_id: UUID
    version: int
    title: str
    content: str
    category: str
    tags: list[str]
    published: bool
    visibility: Visibility
    editor_id: UUID | None
    editor_name: str | None = None
    saved_at: datetime

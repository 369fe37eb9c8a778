"""Events of articles."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutArticle(Struct, frozen=True, kw_only=True):
    """Fields of events about one article."""

    subject_type: ClassVar[str] = "article"
    subject_key: ClassVar[str] = "article_id"
    internal: ClassVar[bool] = True
    article_id: UUID
    title: str


class ArticleCreated(AboutArticle, DomainEvent, frozen=True, kw_only=True):
    """An article was created."""

    type: ClassVar[str] = "article.created"
    published: bool


class ArticleUpdated(AboutArticle, DomainEvent, frozen=True, kw_only=True):
    """An article changed; `changes` does not hold the text."""

    type: ClassVar[str] = "article.updated"
    changes: dict[str, Change]


class ArticleDeleted(AboutArticle, DomainEvent, frozen=True, kw_only=True):
    """An article was deleted."""

    type: ClassVar[str] = "article.deleted"

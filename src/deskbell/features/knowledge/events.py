"""What happens to articles."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent

__all__ = ["ArticleCreated", "ArticleDeleted", "ArticleEvent", "ArticleUpdated"]


class ArticleEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one article."""

    subject_type: ClassVar[str] = "article"
    article_id: UUID
    title: str

    @property
    def subject_id(self) -> UUID:
        """The article."""
        return self.article_id

    @property
    def internal(self) -> bool:
        """How an article came about is the staff's business."""
        return True


class ArticleCreated(ArticleEvent, frozen=True, kw_only=True):
    """An article was written."""

    type: ClassVar[str] = "article.created"
    published: bool


class ArticleUpdated(ArticleEvent, frozen=True, kw_only=True):
    """An article changed; of its text only that it did."""

    type: ClassVar[str] = "article.updated"
    changes: dict[str, Change]


class ArticleDeleted(ArticleEvent, frozen=True, kw_only=True):
    """An article was removed."""

    type: ClassVar[str] = "article.deleted"

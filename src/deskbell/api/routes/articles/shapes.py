"""routes: shapes of articles."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.api.shared.plain import Content, Name
from deskbell.features.knowledge.records import Article

Word = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"\S")]


class ArticleView(Struct, frozen=True, kw_only=True):
    """An article in Markdown."""

    id: UUID
    title: str
    content: str
    category: str
    tags: list[str]
    published: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, article: Article) -> "ArticleView":
        return cls(
            id=article.id, title=article.title, content=article.content, category=article.category,
            tags=article.tags, published=article.published, created_at=article.created_at,
            updated_at=article.updated_at,
        )  # fmt: skip


class CreateArticle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new article. It is public immediately unless `published` is false."""

    title: Name
    content: Content
    category: Annotated[str, Meta(max_length=100)] = ""
    tags: Annotated[list[Word], Meta(max_length=50)] = []
    published: bool = True

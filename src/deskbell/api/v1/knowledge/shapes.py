"""v1: shapes of the knowledge base."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.envelope import Pagination
from deskbell.api.v1.fields import Subject, Tags
from deskbell.features.knowledge.records import Article

Category = Annotated[str, Meta(max_length=100)]


Content = Annotated[
    str,
    Meta(min_length=1, max_length=500_000, pattern=r"\S", extra={"pattern_message": "blank"}),
]


class ArticleAuthor(Struct, frozen=True):
    """Who wrote an article."""

    id: UUID
    name: str


class ArticleView(Struct, frozen=True, kw_only=True):
    """An article. `content` is Markdown.

    `snippet` is HTML with the found words in `<mark>`, when words were sought; `content_html` is the whole text as safe HTML,
    when one article is asked for.
    """

    id: UUID
    slug: str
    title: str
    content: str
    category: str
    tags: list[str]
    locale: str
    published: bool
    author: ArticleAuthor
    views: int
    helpful_votes: int
    unhelpful_votes: int
    version: int
    snippet: str | None
    content_html: str | None
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None

    @classmethod
    def of(cls, article: Article, html: str | None = None) -> "ArticleView":
        """An article in v1's form; `html` is its text rendered."""
        return cls(
            id=article.id, slug=article.slug, title=article.title, content=article.content, category=article.category,
            tags=article.tags, locale=article.locale, published=article.published,
            author=ArticleAuthor(article.author_id, article.author_name), views=article.views,
            helpful_votes=article.helpful, unhelpful_votes=article.unhelpful, version=article.version,
            snippet=article.snippet, content_html=html, created_at=article.created_at, updated_at=article.updated_at,
            published_at=article.published_at,
        )  # fmt: skip


class ArticleList(Struct, frozen=True):
    """Articles, as the document shows them, and beside them where in the list they stand."""

    data: list[ArticleView]
    pagination: Pagination
    success: bool = True


class CreateArticle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new article in Markdown; a draft unless `published`."""

    title: Subject
    content: Content
    category: Category = ""
    tags: Tags = []
    published: bool = False
    locale: Annotated[
        str,
        Meta(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", extra={"messages": {"pattern": "not_a_language"}}),
    ] = "en"


class UpdateArticle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values for some fields; what is left out stays."""

    title: Subject | UnsetType = UNSET
    content: Content | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    published: bool | UnsetType = UNSET


class VoteBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the article helped."""

    helpful: bool

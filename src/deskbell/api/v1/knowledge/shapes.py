"""v1: shapes of the knowledge base."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.envelope import Pagination
from deskbell.api.v1.fields import Subject, Tags
from deskbell.features.knowledge.records import Article, Visibility

Category = Annotated[str, Meta(max_length=100)]


Content = Annotated[
    str,
    Meta(min_length=1, max_length=500_000, pattern=r"\S", extra={"messages": {"pattern": "blank"}}),
]


class ArticleAuthor(Struct, frozen=True):
    """The author of an article."""

    id: UUID
    name: str


class ArticleView(Struct, frozen=True, kw_only=True):
    """An article. `content` is Markdown. One whose `visibility` is `internal` is for the staff alone, and never published.

    `snippet` is HTML with matches in `<mark>`, in search results only. `content_html` is the text as sanitized HTML, when a
    single article is requested.
    """

    id: UUID
    slug: str
    title: str
    content: str
    category: str
    tags: list[str]
    locale: str
    published: bool
    visibility: Visibility
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
        """`html` is the rendered content."""
        return cls(
            id=article.id, slug=article.slug, title=article.title, content=article.content, category=article.category,
            tags=article.tags, locale=article.locale, published=article.published,
            visibility=article.visibility,
            author=ArticleAuthor(article.author_id, article.author_name), views=article.views,
            helpful_votes=article.helpful, unhelpful_votes=article.unhelpful, version=article.version,
            snippet=article.snippet, content_html=html, created_at=article.created_at, updated_at=article.updated_at,
            published_at=article.published_at,
        )  # fmt: skip


class ArticleList(Struct, frozen=True):
    """A page of articles."""

    data: list[ArticleView]
    pagination: Pagination
    success: bool = True


class CreateArticle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new article in Markdown. It is a draft unless `published` is true, or `visibility` is `internal`.

    `translation_of` is an article in another language, of which this is the translation: the help centre leads from one to
    the other.
    """

    title: Subject
    content: Content
    category: Category = ""
    tags: Tags = []
    published: bool = False
    visibility: Visibility = "public"
    locale: Annotated[
        str,
        Meta(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", extra={"messages": {"pattern": "not_a_language"}}),
    ] = "en"
    translation_of: UUID | None = None


class UpdateArticle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. An article that becomes internal is published no more."""

    title: Subject | UnsetType = UNSET
    content: Content | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    published: bool | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET


class VoteBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the article helped."""

    helpful: bool

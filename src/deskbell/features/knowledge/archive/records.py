"""Articles as an export has them: people by address, pictures by the digest of their content."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.features.knowledge.records import Visibility
from deskbell.runtime.pictures import Size


class ArchivedArticle(Struct, frozen=True, kw_only=True):
    """An article, without `id` before it is added. Views and votes stay where they were given."""

    slug: str
    locale: str
    title: str
    content: str
    category: str
    tags: list[str]
    visibility: Visibility
    published_at: datetime | None
    author: str
    version: int
    created_at: datetime
    updated_at: datetime
    source: str | None
    source_digest: bytes | None
    id: UUID | None = None


class ArchivedVersion(Struct, frozen=True, kw_only=True):
    """A version of the article with this slug and locale that was created at `article_created_at`."""

    slug: str
    locale: str
    article_created_at: datetime
    version: int
    title: str
    content: str
    category: str
    tags: list[str]
    published: bool
    visibility: Visibility
    editor: str | None
    saved_at: datetime


class Figure(Struct, frozen=True):
    """A picture of an article."""

    content: bytes
    size: Size

"""Reads whole articles for an export, and adds those of an import.

A picture has another id, and so another address, in each organization. An export names it by the digest of its content:
the address is `deskbell:picture/` and the SHA-256 in hexadecimal digits.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.knowledge import queries as knowledge
from deskbell.features.knowledge.archive import queries
from deskbell.features.knowledge.archive.records import ArchivedArticle, ArchivedVersion, Figure
from deskbell.features.knowledge.events import ArticleCreated
from deskbell.features.knowledge.pictures import queries as pictures
from deskbell.features.knowledge.pictures.records import ArticlePicture
from deskbell.features.knowledge.pictures.service import PLACE
from deskbell.features.knowledge.records import Article
from deskbell.features.knowledge.rendering import as_text
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid
from deskbell.kernel.ids import new_id
from deskbell.runtime.sql import Db

DIGEST_PLACE: Final = "deskbell:picture/"
_BY_DIGEST: Final = re.compile(re.escape(DIGEST_PLACE) + r"([0-9a-f]{64})")


@step("exports, which authorise their actor")
def by_digest(content: str, digests: Mapping[UUID, str]) -> tuple[str, list[str]]:
    """A text that names pictures by their digests, and these digests, each once and in order."""
    named: set[str] = set()
    for picture_id, digest in digests.items():
        exchanged = re.sub(re.escape(f"{PLACE}{picture_id}"), DIGEST_PLACE + digest, content, flags=re.IGNORECASE)
        if exchanged != content:
            named.add(digest)
        content = exchanged
    return content, sorted(named)


@step("imports, which authorise their actor")
def digest_of(content: bytes) -> str:
    """The name of a picture in an export."""
    return hashlib.sha256(content).hexdigest()


@step("imports, which authorise their actor")
async def add_article(
    db: Db, organization_id: UUID, article: ArchivedArticle, figures: Mapping[str, Figure], now: datetime
) -> ArticleCreated | None:
    """Adds an article; returns its event, or None if there is one with its slug in its language. Raises `Invalid`.

    `figures` are its pictures by digest. An unknown author is replaced by the organization's first owner.
    """
    if await queries.find(db, article.slug, article.locale) is not None:
        return None
    if article.visibility == "internal" and article.published_at is not None:
        raise Invalid.field("published_at", "article.internal")
    author = await queries.member(db, article.author) or await knowledge.first_owner(db)
    if author is None:
        raise Invalid.field("author", "agent.unknown")
    ids = await _placed(db, organization_id, figures, author, now)
    made = Article(
        id=new_id(), slug=article.slug, title=article.title, content=_by_id(article.content, ids), category=article.category,
        tags=article.tags, locale=article.locale, published_at=article.published_at, visibility=article.visibility,
        author_id=author, author_name="", version=article.version, created_at=article.created_at,
        updated_at=article.updated_at, views=0, helpful=0, unhelpful=0,
    )  # fmt: skip
    if not await knowledge.add(db, organization_id, made, await as_text(made.content)):
        return None  # added concurrently
    if article.source is not None:
        await knowledge.set_source(db, made.id, article.source, article.source_digest or b"")
    await pictures.note_uses(db, made.id, sorted(ids.values()))
    return ArticleCreated(article_id=made.id, title=made.title, published=made.published)


@step("imports, which authorise their actor")
async def add_version(
    db: Db, organization_id: UUID, version: ArchivedVersion, figures: Mapping[str, Figure], now: datetime
) -> bool:
    """Adds a version to its article; False if the article has it or is another one. Raises `Invalid` without the article."""
    found = await queries.find(db, version.slug, version.locale)
    if found is None:
        raise Invalid.field("slug", "article.not_found")
    article_id, created_at = found
    if created_at != version.article_created_at:
        return False
    editor = None if version.editor is None else await queries.member(db, version.editor)
    owner = editor or await knowledge.first_owner(db)
    ids = {} if owner is None else await _placed(db, organization_id, figures, owner, now)
    placed = msgspec.structs.replace(version, content=_by_id(version.content, ids))
    await queries.note_earlier_uses(db, article_id, sorted(ids.values()))
    return await queries.add_version(db, organization_id, article_id, placed, editor)


async def _placed(
    db: Db, organization_id: UUID, figures: Mapping[str, Figure], uploaded_by: UUID, now: datetime
) -> dict[str, UUID]:
    """The ids of pictures by digest. A picture with the same content is used again."""
    ids: dict[str, UUID] = {}
    for digest, figure in figures.items():
        known = await queries.picture_with(db, figure.content)
        ids[digest] = known or new_id()
        if known is None:
            picture = ArticlePicture(id=ids[digest], width=figure.size.width, height=figure.size.height)
            await pictures.add(db, organization_id, picture, figure.content, uploaded_by, now)
    return ids


def _by_id(content: str, ids: Mapping[str, UUID]) -> str:
    """A text that names pictures by their addresses here. One that did not come stays as it is, and shows nothing."""

    def address(found: re.Match[str]) -> str:
        return f"{PLACE}{ids[found[1]]}" if found[1] in ids else found[0]

    return _BY_DIGEST.sub(address, content)

"""Writes articles with their versions and pictures as lines of the open format."""

from collections.abc import AsyncIterator, Iterator
from typing import Final

from deskbell.features.knowledge.archive import queries
from deskbell.features.knowledge.archive.service import by_digest, digest_of
from deskbell.features.transfer.format.records import Article, ArticleVersion, FilePart, PictureRef, encode
from deskbell.runtime.sql import Db

_ARTICLES: Final = 50
_VERSIONS: Final = 20
_PART_BYTES: Final = 1024 * 1024


async def articles(db: Db) -> AsyncIterator[bytes]:
    """The lines of all articles: of each its pictures, then what it says, then its versions."""
    ids = await queries.all_ids(db)
    written: set[str] = set()
    for start in range(0, len(ids), _ARTICLES):
        found = await queries.articles(db, ids[start : start + _ARTICLES])
        for article_id in ids[start : start + _ARTICLES]:
            digests = {}
            for picture_id, picture in (await queries.pictures(db, article_id)).items():
                digests[picture_id] = digest_of(picture)
                if digests[picture_id] not in written:
                    written.add(digests[picture_id])
                    for part in _parts(digests[picture_id], picture):
                        yield encode(part)
            article = found[article_id]
            content, named = by_digest(article.content, digests)
            yield encode(
                Article(
                    slug=article.slug, locale=article.locale, version=article.version, title=article.title, content=content,
                    category=article.category, tags=article.tags, visibility=article.visibility,
                    pictures=[PictureRef(sha256=each) for each in named], author=article.author,
                    published_at=article.published_at, created_at=article.created_at, updated_at=article.updated_at,
                    source=article.source, source_digest=None if article.source_digest is None else article.source_digest.hex(),
                )
            )  # fmt: skip
            last = 0
            while versions := await queries.versions(db, article_id, last, _VERSIONS):
                last = versions[-1].version
                for version in versions:
                    content, named = by_digest(version.content, digests)
                    yield encode(
                        ArticleVersion(
                            slug=version.slug, locale=version.locale, article_created_at=version.article_created_at,
                            version=version.version, title=version.title, content=content, category=version.category,
                            tags=version.tags, published=version.published, visibility=version.visibility,
                            pictures=[PictureRef(sha256=each) for each in named], editor=version.editor,
                            saved_at=version.saved_at,
                        )
                    )  # fmt: skip


def _parts(sha256: str, content: bytes) -> Iterator[FilePart]:
    for offset in range(0, len(content), _PART_BYTES):
        piece = content[offset : offset + _PART_BYTES]
        yield FilePart(sha256=sha256, size=len(content), offset=offset, content=piece)

"""Adds articles, their versions and their pictures."""

import asyncio

from deskbell.features.knowledge.archive import service
from deskbell.features.knowledge.archive.records import ArchivedArticle, ArchivedVersion, Figure
from deskbell.features.transfer.format.records import AnyArticle, Article, Attachment
from deskbell.features.transfer.importing.work import Work
from deskbell.kernel.errors import Invalid
from deskbell.runtime.pictures import NoPictureError, kept_figure


async def add_article(work: Work, record: AnyArticle) -> None:
    """Adds an article or a version, if the organization does not have it. Raises `Invalid`."""
    figures = await asyncio.to_thread(_figures, work, record)
    if isinstance(record, Article):
        event = await service.add_article(work.db, work.organization_id, _article(record), figures, work.now)
        if event is not None:
            work.add_event(event, record.created_at)
        work.counts.articles += event is not None
        work.counts.present += event is None
        return
    version = ArchivedVersion(
        slug=record.slug, locale=record.locale, article_created_at=record.article_created_at, version=record.version,
        title=record.title, content=record.content, category=record.category, tags=record.tags, published=record.published,
        visibility=record.visibility, editor=record.editor, saved_at=record.saved_at,
    )  # fmt: skip
    work.counts.present += not await service.add_version(work.db, work.organization_id, version, figures, work.now)


def _article(record: Article) -> ArchivedArticle:
    return ArchivedArticle(
        slug=record.slug, locale=record.locale, title=record.title, content=record.content, category=record.category,
        tags=record.tags, visibility=record.visibility, published_at=record.published_at, author=record.author,
        version=record.version, created_at=record.created_at, updated_at=record.updated_at, source=record.source,
        source_digest=None if record.source_digest is None else bytes.fromhex(record.source_digest),
    )  # fmt: skip


def _figures(work: Work, record: AnyArticle) -> dict[str, Figure]:
    """The pictures of an article by their digests. A picture that is none of ours is made again: its file may be hostile."""
    found = {}
    for index, picture in enumerate(record.pictures):
        content = work.staging.content(Attachment(filename="picture", sha256=picture.sha256))
        raw = content.source if isinstance(content.source, bytes) else content.source.read_bytes()
        try:
            found[picture.sha256] = Figure(*kept_figure(raw))
        except NoPictureError as error:
            raise Invalid.field(f"pictures.{index}.sha256", "upload.not_a_picture") from error
    return found

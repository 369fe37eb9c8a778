"""SQL of pictures of articles."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from deskbell.features.knowledge.pictures.records import ArticlePicture
from deskbell.runtime.sql import Db, sql


async def add(
    db: Db, organization_id: UUID, picture: ArticlePicture, content: bytes, uploaded_by: UUID, now: datetime
) -> None:
    """Stores a picture."""
    await db.execute(
        sql(
            "insert into article_pictures (organization_id, id, content, width, height, uploaded_by, created_at) "
            "values ({}, {}, {}, {}, {}, {}, {})",
            organization_id, picture.id, content, picture.width, picture.height, uploaded_by, now,
        )
    )  # fmt: skip


async def published(db: Db, picture_id: UUID) -> bytes | None:
    """A picture of any organization, if a published article shows it."""
    found: bytes | None = await db.fetch_value(sql("select deskbell_published_picture({})", picture_id))
    return found


async def find(db: Db, picture_id: UUID) -> bytes | None:
    """A picture of the entered organization."""
    found: bytes | None = await db.fetch_value(
        sql("select p.content from article_pictures p where p.id = {}", picture_id)
    )
    return found


async def note_uses(db: Db, article_id: UUID, picture_ids: Sequence[UUID]) -> None:
    """Notes that an article names these pictures now, as far as they exist."""
    await db.execute(
        sql(
            "insert into article_picture_uses (organization_id, picture_id, article_id, is_present) "
            "select p.organization_id, p.id, {}, true from article_pictures p where p.id = any({}) "
            "on conflict (organization_id, picture_id, article_id) do update set is_present = true",
            article_id, list(picture_ids),
        )
    )  # fmt: skip


async def end_uses(db: Db, article_id: UUID, picture_ids: Sequence[UUID]) -> None:
    """Notes that an article names no pictures but these now. Earlier versions may."""
    await db.execute(
        sql(
            "update article_picture_uses set is_present = false "
            "where article_id = {} and is_present and picture_id <> all({})",
            article_id, list(picture_ids),
        )
    )  # fmt: skip


async def delete_unused(db: Db, before: datetime) -> int:
    """Deletes the pictures of all organizations from before a moment that no article names; returns their number."""
    return int(await db.fetch_value(sql("select deskbell_delete_unused_pictures({})", before)))

"""SQL of whole articles."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from deskbell.features.knowledge.archive.records import ArchivedArticle, ArchivedVersion
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql


async def all_ids(db: Db) -> list[UUID]:
    """The ids of all articles, in an order that does not depend on the database's collation."""
    rows = await db.fetch_all(
        "select id from articles where organization_id = (select deskbell_organization()) "
        'order by slug collate "C", locale collate "C"'
    )
    return [row["id"] for row in rows]


async def articles(db: Db, ids: Sequence[UUID]) -> dict[UUID, ArchivedArticle]:
    """Some articles, by id."""
    rows = await db.fetch_all(
        sql(
            "select a.id, a.slug, a.locale, a.title, a.content, a.category, a.tags, a.visibility, a.published_at, "
            "m.email as author, a.version, a.created_at, a.updated_at, a.source, a.source_digest from articles a "
            "join memberships m on m.organization_id = a.organization_id and m.user_id = a.author_id "
            "where a.organization_id = (select deskbell_organization()) and a.id = any({})",
            list(ids),
        )
    )
    return {article.id: article for article in read(ArchivedArticle, rows) if article.id is not None}


async def versions(db: Db, article_id: UUID, after: int, limit: int) -> list[ArchivedVersion]:
    """The next versions of an article, earliest first."""
    rows = await db.fetch_all(
        sql(
            "select a.slug, a.locale, a.created_at as article_created_at, v.version, v.title, v.content, v.category, v.tags, "
            "v.published, v.visibility, m.email as editor, v.saved_at from article_versions v "
            "join articles a on a.organization_id = v.organization_id and a.id = v.article_id "
            "left join memberships m on m.organization_id = v.organization_id and m.user_id = v.editor_id "
            "where v.organization_id = (select deskbell_organization()) and v.article_id = {} and v.version > {} "
            "order by v.version limit {}",
            article_id, after, limit,
        )
    )  # fmt: skip
    return read(ArchivedVersion, rows)


async def pictures(db: Db, article_id: UUID) -> dict[UUID, bytes]:
    """The pictures that an article names, now or in an earlier version."""
    rows = await db.fetch_all(
        sql(
            "select p.id, p.content from article_picture_uses u "
            "join article_pictures p on p.organization_id = u.organization_id and p.id = u.picture_id "
            "where u.organization_id = (select deskbell_organization()) and u.article_id = {} order by p.id",
            article_id,
        )
    )
    return {row["id"]: row["content"] for row in rows}


async def picture_with(db: Db, content: bytes) -> UUID | None:
    """A picture of the organization with this content."""
    found: UUID | None = await db.fetch_value(
        sql("select p.id from article_pictures p where p.content = {} order by p.id limit 1", content)
    )
    return found


async def member(db: Db, email: str) -> UUID | None:
    """The member with an address, also a former one."""
    found: UUID | None = await db.fetch_value(
        sql("select m.user_id from memberships m where m.email = {}", email.lower())
    )
    return found


async def find(db: Db, slug: str, locale: str) -> tuple[UUID, datetime] | None:
    """The id and the creation of the article with a slug and a language, locked."""
    row = await db.fetch_one(
        sql("select a.id, a.created_at from articles a where a.slug = {} and a.locale = {} for update", slug, locale)
    )
    return None if row is None else (row["id"], row["created_at"])


async def add_version(
    db: Db, organization_id: UUID, article_id: UUID, version: ArchivedVersion, editor: UUID | None
) -> bool:
    """Adds a version; False if the article has it."""
    return bool(
        await db.execute(
            sql(
                "insert into article_versions (organization_id, article_id, version, title, content, category, tags, "
                "published, visibility, editor_id, saved_at) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) "
                "on conflict do nothing",
                organization_id, article_id, version.version, version.title, version.content, version.category,
                version.tags, version.published, version.visibility, editor, version.saved_at,
            )
        )
    )  # fmt: skip


async def note_earlier_uses(db: Db, article_id: UUID, picture_ids: Sequence[UUID]) -> None:
    """Notes that an earlier version of an article names these pictures."""
    await db.execute(
        sql(
            "insert into article_picture_uses (organization_id, picture_id, article_id, is_present) "
            "select p.organization_id, p.id, {}, false from article_pictures p where p.id = any({}) on conflict do nothing",
            article_id, list(picture_ids),
        )
    )  # fmt: skip

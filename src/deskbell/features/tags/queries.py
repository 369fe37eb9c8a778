"""SQL of tags."""

from typing import Final
from uuid import UUID

from deskbell.features.tags.records import Tag
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

TAGS: Final = Table(
    "tags",
    Tag,
    "t",
    columns={
        "tickets_count": "(select coalesce(sum(c.n), 0)::int from ticket_counts c "
        "where c.organization_id = t.organization_id and c.dimension = 'tag' and c.key = t.id)"
    },
)
BY_NAME: Final = Order[Tag](
    "t.name_key",
    "t.name",
    shape=tuple[str, str],
    places="deskbell_name_key({}), {}",
    key=lambda tag: (tag.name, tag.name),
)


def containing(text: str) -> Fragment:
    """The tags whose name contains a text, ignoring case and accents."""
    return sql("deskbell_contains(t.name, {})", text)


async def is_taken(db: Db, name: str, besides: UUID) -> bool:
    """Whether another tag has this name."""
    return bool(
        await db.fetch_value(
            sql(
                "select exists (select from tags t where t.name = {} and t.id <> {} and t.deleted_at is null)",
                name,
                besides,
            )
        )
    )


async def redirect(db: Db, tag_id: UUID, into_id: UUID) -> None:
    """Notes that the tickets of a tag, and of those merged into it before, get another one."""
    await db.execute(sql("update tags set merged_into = {} where id = {} or merged_into = {}", into_id, tag_id, tag_id))


async def fold(db: Db, limit: int) -> int:
    """Folds the delta rows of at most `limit` directory counts, of all organizations; returns the number of counts."""
    return int(await db.fetch_value(sql("select deskbell_fold_directory({})", limit)))

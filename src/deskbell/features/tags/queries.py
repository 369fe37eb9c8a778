"""SQL of tags."""

from typing import Final
from uuid import UUID

from deskbell.features.tags.records import Tag
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, all_of, sql

__all__ = ["add", "find", "fold", "list_page", "remove", "soft_delete"]

_COLUMNS: Final = sql(
    "t.id, t.name, t.color, (select coalesce(sum(c.n), 0)::int from ticket_counts c "
    "where c.organization_id = t.organization_id and c.dimension = 'tag' and c.key = t.id), t.created_at"
)
_ORDER: Final = Order("t.name_key", "t.name", shape=tuple[str, str], by_name=True)


async def list_page(db: Db, search: str | None, page: PageRequest) -> Page[Tag]:
    """The organization's tags by name, or those whose name contains a text."""
    wanted = [sql("t.deleted_at is null")]
    if search:
        wanted.append(sql("deskbell_contains(t.name, {})", search))
    down = page.descends(False)
    rows = await db.fetch_all(
        sql(
            "select {} from tags t where {} order by {} limit {} offset {}",
            _COLUMNS, all_of([*wanted, _ORDER.after(page.cursor, descending=down)]), _ORDER.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = await db.fetch_value(sql("select count(*) from tags t where {}", all_of(wanted)))
    return page_from(rows, int(total), page, lambda row: Tag(*row), lambda tag: (tag.name, tag.name))


async def find(db: Db, tag_id: UUID) -> Tag | None:
    """A tag of the entered organization, locked until the unit ends."""
    row = await db.fetch_one(
        sql("select {} from tags t where t.id = {} and t.deleted_at is null for update of t", _COLUMNS, tag_id)
    )
    return None if row is None else Tag(*row)


async def add(db: Db, organization_id: UUID, tag: Tag) -> bool:
    """Adds a tag; False when there is one of this name."""
    return bool(
        await db.execute(
            sql(
                "insert into tags (organization_id, id, name, color, created_at) values ({}, {}, {}, {}, {}) "
                "on conflict (organization_id, name) where deleted_at is null do nothing",
                organization_id, tag.id, tag.name, tag.color, tag.created_at,
            )
        )
    )  # fmt: skip


async def soft_delete(db: Db, tag_id: UUID) -> None:
    """Marks a tag as deleted. The row stays until no ticket refers to it."""
    await db.execute(sql("update tags set deleted_at = now() where id = {}", tag_id))


async def remove(db: Db, tag_id: UUID) -> None:
    """Removes the row of a deleted tag."""
    await db.execute(sql("delete from tags where id = {} and deleted_at is not null", tag_id))


async def fold(db: Db, how_many: int) -> int:
    """Folds the loose rows of so many counts of people, of all organizations; says how many it folded."""
    return int(await db.fetch_value(sql("select deskbell_fold_directory({})", how_many)))

"""SQL of categories."""

from typing import Final
from uuid import UUID

from deskbell.features.categories.records import Category
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, all_of, sql

__all__ = ["add", "find", "list_page", "lock", "name_taken", "remove", "soft_delete", "write"]

_COLUMNS: Final = sql("k.id, k.name, k.description, k.created_at, k.updated_at")
_ORDER: Final = Order("k.name_key", "k.id", shape=tuple[str, UUID], by_name=True)


async def list_page(db: Db, page: PageRequest) -> Page[Category]:
    """The organization's categories by name."""
    down = page.descends(False)
    rows = await db.fetch_all(
        sql(
            "select {} from categories k where k.deleted_at is null and {} order by {} limit {} offset {}",
            _COLUMNS, all_of([_ORDER.after(page.cursor, descending=down)]), _ORDER.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = await db.fetch_value(sql("select count(*) from categories where deleted_at is null"))
    return page_from(rows, int(total), page, lambda row: Category(*row), lambda each: (each.name, each.id))


async def find(db: Db, category_id: UUID) -> Category | None:
    """A category of the entered organization."""
    row = await db.fetch_one(
        sql("select {} from categories k where k.id = {} and k.deleted_at is null", _COLUMNS, category_id)
    )
    return None if row is None else Category(*row)


async def lock(db: Db, category_id: UUID) -> Category | None:
    """The same, locked until the unit ends."""
    row = await db.fetch_one(
        sql("select {} from categories k where k.id = {} and k.deleted_at is null for update", _COLUMNS, category_id)
    )
    return None if row is None else Category(*row)


async def name_taken(db: Db, name: str, but: UUID) -> bool:
    """Whether another category has this name, in whatever case."""
    return bool(
        await db.fetch_value(
            sql(
                "select exists (select from categories where lower(name) = lower({}) and id <> {} and deleted_at is null)",
                name,
                but,
            )
        )
    )


async def add(db: Db, organization_id: UUID, category: Category) -> None:
    """Adds a category."""
    await db.execute(
        sql(
            "insert into categories (organization_id, id, name, description, created_at, updated_at) "
            "values ({}, {}, {}, {}, {}, {})",
            organization_id, category.id, category.name, category.description, category.created_at,
            category.updated_at,
        )
    )  # fmt: skip


async def write(db: Db, category: Category) -> None:
    """Writes a category's fields as they are in the record."""
    await db.execute(
        sql(
            "update categories set name = {}, description = {}, updated_at = {} where id = {}",
            category.name, category.description, category.updated_at, category.id,
        )
    )  # fmt: skip


async def soft_delete(db: Db, category_id: UUID) -> None:
    """Marks a category as deleted. The row stays until no ticket refers to it."""
    await db.execute(sql("update categories set deleted_at = now() where id = {}", category_id))


async def remove(db: Db, category_id: UUID) -> None:
    """Removes the row of a deleted category."""
    await db.execute(sql("delete from categories where id = {} and deleted_at is not null", category_id))

"""SQL of categories."""

from typing import Final
from uuid import UUID

from deskbell.features.categories.records import Category
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

CATEGORIES: Final = Table(
    "categories",
    Category,
    "k",
    columns={
        "tickets_count": "(select coalesce(sum(c.n), 0)::int from ticket_counts c "
        "where c.organization_id = k.organization_id and c.dimension = 'category' and c.key = k.id)",
        "articles_count": "(select count(*)::int from articles a "
        "where a.organization_id = k.organization_id and a.category = k.name)",
    },
)
BY_NAME: Final = Order[Category](
    "k.name_key",
    "k.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda each: (each.name, each.id),
)


async def redirect(db: Db, category_id: UUID, into_id: UUID) -> None:
    """Notes that the tickets of a category, and of those merged into it before, get another one."""
    await db.execute(
        sql(
            "update categories set merged_into = {} where id = {} or merged_into = {}",
            into_id,
            category_id,
            category_id,
        )
    )

"""SQL of saved views."""

from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.saved_views.records import LiveCounts, SavedView
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import MAX_LIMIT
from deskbell.kernel.words import DONE
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

VIEWS: Final = Table(
    "saved_views",
    SavedView,
    "v",
    columns={"owner_name": "m.name", "filter": "v.narrow"},
    joins="join memberships m on m.organization_id = v.organization_id and m.user_id = v.owner_id",
)
_DONE: Final = [status.value for status in DONE]
BY_NAME: Final = Order[SavedView](
    "v.name_key",
    "v.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda view: (view.name, view.id),
)


def visible_to(actor: Actor) -> Fragment:
    """The rows of `saved_views v` that a staff member may see: their own and shared ones."""
    return sql("(v.shared or v.owner_id = {})", actor.user_id)


async def first_by_name(db: Db, where: Fragment) -> list[SavedView]:
    """The first views by name, as many as a page holds at most."""
    return await VIEWS.fetch(db, sql("{} order by v.name_key, v.id limit {}", where, MAX_LIMIT))


async def order_of(db: Db, user_id: UUID) -> list[str]:
    """A member's own order of views: ids of built-in and saved ones."""
    found: list[str] | None = await db.fetch_value(
        sql("select view_order from memberships where user_id = {}", user_id)
    )
    return found or []


async def set_order(db: Db, user_id: UUID, order: list[str]) -> None:
    """Stores a member's own order of views."""
    await db.execute(sql("update memberships set view_order = {} where user_id = {}", order, user_id))


async def live_counts(db: Db, user_ids: list[UUID]) -> LiveCounts:
    """The counts of the built-in views, `mine` for some members, from the maintained counts alone."""
    row = await db.fetch_one(
        sql(
            "select coalesce(sum(c.n) filter (where c.dimension = 'kind' and not c.assigned and c.status <> all({})), 0) "
            "as unassigned, "
            "coalesce(sum(c.n) filter (where c.dimension = 'all' and c.status <> all({})), 0) as open, "
            "coalesce(sum(c.n) filter (where c.dimension = 'all' and c.status = 'solved'), 0) as solved, "
            "coalesce(sum(c.n) filter (where c.dimension = 'all'), 0) as everything, "
            "(select coalesce(jsonb_object_agg(m.key, m.n), jsonb_build_object()) from (select a.key, sum(a.n) as n "
            "from ticket_counts a where a.dimension = 'assignee' and a.key = any({}) and a.status <> all({}) "
            "group by a.key) m)::text as mine from ticket_counts c where c.dimension in ('all', 'kind') and c.key = {}",
            _DONE, _DONE, user_ids, _DONE, UUID(int=0),
        )
    )  # fmt: skip
    assert row is not None  # sums are one row
    mine = msgspec.json.decode(row["mine"], type=dict[UUID, int])
    return LiveCounts(int(row["unassigned"]), int(row["open"]), int(row["solved"]), int(row["everything"]), mine)


async def count_of(db: Db, owner_id: UUID) -> int:
    """The number of a member's views."""
    return int(await db.fetch_value(sql("select count(*) from saved_views v where v.owner_id = {}", owner_id)))

"""SQL of rules."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.features.rules.records import Rule
from deskbell.runtime.pages import Order
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

RULES: Final = Table("rules", Rule, "r")
IN_ORDER: Final = Order[Rule](
    "r.place", "r.id", shape=tuple[int, UUID], places="{}, {}", key=lambda each: (each.place, each.id)
)


class Called(Struct, frozen=True):
    """The objects of a kind that a name may mean."""

    kind: str
    name: str
    ids: list[UUID]


async def note_change(db: Db, organization_id: UUID) -> None:
    """Raises the version of the organization's rules. Other changes of them wait until the unit ends."""
    await db.execute(
        sql(
            "insert into rule_lists (organization_id, version) values ({}, 1) "
            "on conflict (organization_id) do update set version = rule_lists.version + 1",
            organization_id,
        )
    )


async def called(db: Db, kinds: Sequence[str], names: Sequence[str]) -> list[Called]:
    """The objects that names mean: groups and categories by name, people by name or address, whatever the case."""
    rows = await db.fetch_all(
        sql(
            "select w.kind, w.name, array("
            "select g.id from groups g where w.kind = 'group' and lower(g.name) = lower(w.name) and g.deleted_at is null "
            "union all select c.id from categories c "
            "where w.kind = 'category' and lower(c.name) = lower(w.name) and c.deleted_at is null "
            "union all select m.user_id from memberships m where w.kind = 'person' and m.ended_at is null "
            "and (m.email = lower(w.name) or lower(m.name) = lower(w.name))) as ids "
            "from unnest({}::text[], {}::text[]) w (kind, name)",
            list(kinds), list(names),
        )
    )  # fmt: skip
    return read(Called, rows)


async def enabled_count(db: Db) -> int:
    """The number of enabled rules."""
    return int(await db.fetch_value("select count(*) from rules where enabled"))


async def last_place(db: Db) -> int:
    """The place of the last rule; 0 without any."""
    return int(await db.fetch_value("select coalesce(max(place), 0) from rules"))


async def ids(db: Db) -> set[UUID]:
    """The ids of all rules."""
    return {row["id"] for row in await db.fetch_all("select id from rules")}


async def remove(db: Db, rule_id: UUID) -> None:
    """Removes a rule."""
    await db.execute(sql("delete from rules where id = {}", rule_id))


async def put_in_order(db: Db, rule_ids: Sequence[UUID]) -> None:
    """Gives rules the places 1, 2, … in the order given."""
    await db.execute(
        sql(
            "update rules r set place = n.place from unnest({}::uuid[]) with ordinality n (id, place) where r.id = n.id",
            list(rule_ids),
        )
    )

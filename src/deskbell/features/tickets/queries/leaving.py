"""What tickets still refer to although it has been deleted: a group, a tag or a category that is being taken off them."""

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.runtime.sql import Db, Fragment, sql

__all__ = ["LEAVING_TAGS", "TAGS_SHOWN", "Deleted", "any_has", "is_leaving", "lock_having", "more_have_it_than"]


class Deleted(Struct, frozen=True):
    """A group, a tag or a category that somebody deleted."""

    kind: Literal["group", "tag", "category"]
    id: UUID


# The inner list is found once for each statement, and mostly empty.
_HAS_LEAVING: Final = sql("t.tags && array(select l.name from tags l where l.deleted_at is not null)")

LEAVING_TAGS: Final = sql("case when {} then deskbell_leaving_tags(t.id) end", _HAS_LEAVING)
"""Those tags of a row of `tickets t` that are being taken off; null for nearly every ticket."""

TAGS_SHOWN: Final = sql(
    "case when {} then array(select u.tag from unnest(t.tags) with ordinality u (tag, place) "
    "where u.tag <> all (deskbell_leaving_tags(t.id)) order by u.place) else t.tags end",
    _HAS_LEAVING,
)
"""The tags of a row of `tickets t` without those."""


async def is_leaving(db: Db, deleted: Deleted) -> bool:
    """Whether it has yet to be taken off some ticket, or be removed."""
    match deleted.kind:
        case "group":
            found = sql("groups where id = {} and deleted_at is not null", deleted.id)
        case "tag":
            found = sql("tags where id = {} and deleted_at is not null", deleted.id)
        case "category":
            found = sql("categories where id = {} and deleted_at is not null", deleted.id)
    return bool(await db.fetch_value(sql("select exists (select from {})", found)))


async def more_have_it_than(db: Db, deleted: Deleted, how_many: int) -> bool:
    """Whether more tickets than so many have it, hidden ones included."""
    some = sql("select count(*) from (select from {} limit {}) as found", _tickets_with(deleted), how_many + 1)
    return bool(await db.fetch_value(some) > how_many)


async def any_has(db: Db, deleted: Deleted) -> bool:
    """Whether a ticket has it, hidden ones included."""
    return await more_have_it_than(db, deleted, 0)


async def lock_having(db: Db, deleted: Deleted, how_many: int) -> Sequence[UUID]:
    """Some tickets that have it, hidden ones included, locked. Those that somebody is at work on are passed over.

    So nobody waits here who holds what others wait for: the deleted row itself.
    """
    rows = await db.fetch_all(
        sql("select t.id from {} limit {} for update of t skip locked", _tickets_with(deleted), how_many)
    )
    return [row[0] for row in rows]


def _tickets_with(deleted: Deleted) -> Fragment:
    match deleted.kind:
        case "group":
            return sql("tickets t where t.group_id = {}", deleted.id)
        case "category":
            return sql("tickets t where t.category_id = {}", deleted.id)
        case "tag":
            return sql(
                "tags l join ticket_tags k on k.organization_id = l.organization_id and k.tag = l.name "
                "join tickets t on t.organization_id = k.organization_id and t.id = k.ticket_id "
                "where l.id = {} and l.deleted_at is not null and (k.since is null or k.since <= l.deleted_at)",
                deleted.id,
            )

"""Tickets that still refer to a deleted group, tag or category: every other query leaves it out by its join."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.records import Named
from deskbell.runtime.sql import Db, Fragment, sql


class DeletedReference(Struct, frozen=True):
    """A deleted group, tag or category."""

    kind: Literal["group", "tag", "category", "brand"]
    id: UUID


class StoredReferences(Struct, frozen=True):
    """The references in a ticket's row, in use or deleted; `deleted` has the ids of the latter.

    `successors` has the tag or category that takes the place of a merged one, by the merged one's id.
    """

    group: Named | None
    category: Named | None
    brand: Named | None
    tags: list[Named]
    deleted: frozenset[UUID]
    successors: dict[UUID, Named]


async def stored_references(db: Db, ticket_id: UUID) -> StoredReferences:
    """The references in a locked ticket's row, with the names of deleted ones."""
    rows = await db.fetch_all(
        sql(
            "select 'group' as kind, g.id, g.name, g.deleted_at is not null as deleted, 0 as place, null::uuid as into_id, "
            "null as into_name from tickets t "
            "join groups g on g.organization_id = t.organization_id and g.id = t.group_id where t.id = {} "
            "union all select 'category', k.id, k.name, k.deleted_at is not null, 0, i.id, i.name from tickets t "
            "join categories k on k.organization_id = t.organization_id and k.id = t.category_id "
            "left join categories i on i.organization_id = k.organization_id and i.id = k.merged_into "
            "and i.deleted_at is null where t.id = {} "
            "union all select 'brand', b.id, b.name, b.deleted_at is not null, 0, null, null from tickets t "
            "join brands b on b.organization_id = t.organization_id and b.id = t.brand_id where t.id = {} "
            "union all select 'tag', l.id, l.name, l.deleted_at is not null, array_position(t.tag_ids, l.id), i.id, i.name "
            "from tickets t join tags l on l.organization_id = t.organization_id and l.id = any(t.tag_ids) "
            "left join tags i on i.organization_id = l.organization_id and i.id = l.merged_into and i.deleted_at is null "
            "where t.id = {} "
            "order by place",
            ticket_id, ticket_id, ticket_id, ticket_id,
        )
    )  # fmt: skip
    found: dict[str, list[Named]] = {"group": [], "category": [], "brand": [], "tag": []}
    for row in rows:
        found[row["kind"]].append(Named(row["id"], row["name"]))
    return StoredReferences(
        group=found["group"][0] if found["group"] else None,
        category=found["category"][0] if found["category"] else None,
        brand=found["brand"][0] if found["brand"] else None,
        tags=found["tag"],
        deleted=frozenset(row["id"] for row in rows if row["deleted"]),
        successors={row["id"]: Named(row["into_id"], row["into_name"]) for row in rows if row["into_id"] is not None},
    )


async def is_stored(db: Db, deleted: DeletedReference) -> bool:
    """Whether the deleted row still exists. It does until no ticket refers to it."""
    match deleted.kind:
        case "group":
            found = sql("groups where id = {} and deleted_at is not null", deleted.id)
        case "tag":
            found = sql("tags where id = {} and deleted_at is not null", deleted.id)
        case "category":
            found = sql("categories where id = {} and deleted_at is not null", deleted.id)
        case "brand":
            found = sql("brands where id = {} and deleted_at is not null", deleted.id)
    return bool(await db.fetch_value(sql("select exists (select from {})", found)))


async def has_tickets(db: Db, deleted: DeletedReference) -> bool:
    """Whether a ticket refers to it, deleted tickets included."""
    return bool(await db.fetch_value(sql("select exists (select from {})", _tickets_with(deleted))))


async def lock_tickets(db: Db, deleted: DeletedReference, limit: int) -> list[UUID]:
    """Locks tickets that refer to it, deleted ones included, and skips those that others have locked."""
    rows = await db.fetch_all(
        sql("select t.id from {} limit {} for no key update of t skip locked", _tickets_with(deleted), limit)
    )
    return [row["id"] for row in rows]


def _tickets_with(deleted: DeletedReference) -> Fragment:
    match deleted.kind:
        case "group":
            return sql("tickets t where t.group_id = {}", deleted.id)
        case "category":
            return sql("tickets t where t.category_id = {}", deleted.id)
        case "brand":
            return sql("tickets t where t.brand_id = {}", deleted.id)
        case "tag":
            return sql(
                "ticket_tags k join tickets t on t.organization_id = k.organization_id and t.id = k.ticket_id "
                "where k.tag_id = {}",
                deleted.id,
            )

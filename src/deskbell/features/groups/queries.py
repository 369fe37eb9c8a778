"""SQL of groups and who is in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.groups.records import Group, GroupMember
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, all_of, sql

__all__ = [
    "add",
    "add_member",
    "change_member",
    "existing",
    "find",
    "groups_of",
    "list_page",
    "lock",
    "member_roles",
    "members_of",
    "name_taken",
    "names_of_groups",
    "remove",
    "remove_member",
    "soft_delete",
    "staff_among",
    "tickets_in",
    "write",
]

_STAFF: Final = sorted(role.value for role in STAFF_ROLES)
_COLUMNS: Final = sql(
    "g.id, g.name, g.description, "
    "(select count(*)::int from group_members gm join memberships m on m.organization_id = gm.organization_id "
    "and m.user_id = gm.user_id where gm.organization_id = g.organization_id and gm.group_id = g.id "
    "and m.ended_at is null and m.role <> 'customer'), "
    "(select coalesce(sum(c.n), 0)::int from ticket_counts c where c.organization_id = g.organization_id "
    "and c.dimension = 'group' and c.key = g.id and c.status not in ('solved', 'closed')), "
    "g.created_at, g.updated_at"
)
_ORDER: Final = Order("g.name_key", "g.id", shape=tuple[str, UUID], by_name=True)


async def list_page(db: Db, page: PageRequest) -> Page[Group]:
    """The organization's groups by name."""
    down = page.descends(False)
    rows = await db.fetch_all(
        sql(
            "select {} from groups g where g.deleted_at is null and {} order by {} limit {} offset {}",
            _COLUMNS, all_of([_ORDER.after(page.cursor, descending=down)]), _ORDER.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = await db.fetch_value(sql("select count(*) from groups where deleted_at is null"))
    return page_from(rows, int(total), page, lambda row: Group(*row), lambda group: (group.name, group.id))


async def find(db: Db, group_id: UUID) -> Group | None:
    """A group of the entered organization."""
    row = await db.fetch_one(
        sql("select {} from groups g where g.id = {} and g.deleted_at is null", _COLUMNS, group_id)
    )
    return None if row is None else Group(*row)


async def lock(db: Db, group_id: UUID) -> Group | None:
    """The same, locked until the unit ends: its members change one after another."""
    row = await db.fetch_one(
        sql("select {} from groups g where g.id = {} and g.deleted_at is null for update of g", _COLUMNS, group_id)
    )
    return None if row is None else Group(*row)


async def name_taken(db: Db, name: str, but: UUID) -> bool:
    """Whether another group has this name, in whatever case."""
    return bool(
        await db.fetch_value(
            sql(
                "select exists (select from groups where lower(name) = lower({}) and id <> {} and deleted_at is null)",
                name,
                but,
            )
        )
    )


async def add(db: Db, organization_id: UUID, group: Group) -> None:
    """Adds a group without members."""
    await db.execute(
        sql(
            "insert into groups (organization_id, id, name, description, created_at, updated_at) "
            "values ({}, {}, {}, {}, {}, {})",
            organization_id, group.id, group.name, group.description, group.created_at, group.updated_at,
        )
    )  # fmt: skip


async def write(db: Db, group: Group) -> None:
    """Writes a group's name and description as they are in the record."""
    await db.execute(
        sql(
            "update groups set name = {}, description = {}, updated_at = {} where id = {}",
            group.name, group.description, group.updated_at, group.id,
        )
    )  # fmt: skip


async def tickets_in(db: Db, group_id: UUID) -> int:
    """How many tickets belong to a group."""
    return int(
        await db.fetch_value(
            sql("select coalesce(sum(n), 0) from ticket_counts where dimension = 'group' and key = {}", group_id)
        )
    )


async def soft_delete(db: Db, group_id: UUID) -> None:
    """Marks a group as deleted, and removes its members. The row stays until no ticket refers to it."""
    await db.execute(sql("update groups set deleted_at = now() where id = {}", group_id))
    await db.execute(sql("delete from group_members where group_id = {}", group_id))


async def remove(db: Db, group_id: UUID) -> None:
    """Removes the row of a deleted group."""
    await db.execute(sql("delete from groups where id = {} and deleted_at is not null", group_id))


async def members_of(db: Db, group_id: UUID) -> list[GroupMember]:
    """The agents in a group: those who lead it first, then by name."""
    rows = await db.fetch_all(
        sql(
            "select m.user_id, m.name, m.email, m.avatar_url, m.availability, gm.role from group_members gm "
            "join memberships m on m.organization_id = gm.organization_id and m.user_id = gm.user_id "
            "where gm.group_id = {} and m.ended_at is null and m.role <> 'customer' order by gm.role, m.name_key, m.user_id",
            group_id,
        )
    )
    return [GroupMember(*row) for row in rows]


async def member_roles(db: Db, group_id: UUID) -> dict[UUID, str]:
    """Everybody in a group with their part in it, those without access included."""
    rows = await db.fetch_all(sql("select user_id, role from group_members where group_id = {}", group_id))
    return {row[0]: row[1] for row in rows}


async def staff_among(db: Db, user_ids: Sequence[UUID]) -> set[UUID]:
    """Those of some people who are agents of the entered organization."""
    rows = await db.fetch_all(
        sql(
            "select user_id from memberships where user_id = any({}) and ended_at is null and role = any({})",
            list(user_ids),
            _STAFF,
        )
    )
    return {row[0] for row in rows}


async def add_member(db: Db, organization_id: UUID, group_id: UUID, user_id: UUID, role: str, now: datetime) -> None:
    """Puts an agent in a group."""
    await db.execute(
        sql(
            "insert into group_members (organization_id, group_id, user_id, role, created_at) values ({}, {}, {}, {}, {})",
            organization_id, group_id, user_id, role, now,
        )
    )  # fmt: skip


async def change_member(db: Db, group_id: UUID, user_id: UUID, role: str) -> None:
    """Gives an agent another part in a group."""
    await db.execute(
        sql("update group_members set role = {} where group_id = {} and user_id = {}", role, group_id, user_id)
    )


async def remove_member(db: Db, group_id: UUID, user_id: UUID) -> None:
    """Takes an agent out of a group."""
    await db.execute(sql("delete from group_members where group_id = {} and user_id = {}", group_id, user_id))


async def existing(db: Db, group_ids: Sequence[UUID]) -> set[UUID]:
    """Those of some ids that are groups of the entered organization, locked: none of them goes before the unit ends."""
    rows = await db.fetch_all(
        sql(
            "select id from groups where id = any({}) and deleted_at is null order by id for update",
            sorted(set(group_ids)),
        )
    )
    return {row[0] for row in rows}


async def groups_of(db: Db, user_id: UUID) -> set[UUID]:
    """The groups that an agent is in."""
    rows = await db.fetch_all(sql("select group_id from group_members where user_id = {}", user_id))
    return {row[0] for row in rows}


async def names_of_groups(db: Db, user_ids: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """The groups of some agents by name, one query for all."""
    rows = await db.fetch_all(
        sql(
            "select gm.user_id, g.id, g.name from group_members gm "
            "join groups g on g.organization_id = gm.organization_id and g.id = gm.group_id and g.deleted_at is null "
            "where gm.user_id = any({}) order by g.name_key, g.id",
            list(user_ids),
        )
    )
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append((row[1], row[2]))
    return found

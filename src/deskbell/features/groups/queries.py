"""SQL of groups and their members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.groups.records import Group, GroupMember, GroupRole
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.runtime.pages import Order
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_STAFF: Final = sorted(role.value for role in STAFF_ROLES)
GROUPS: Final = Table(
    "groups",
    Group,
    "g",
    columns={
        "members_count": "(select count(*)::int from group_members gm join memberships m "
        "on m.organization_id = gm.organization_id and m.user_id = gm.user_id "
        "where gm.organization_id = g.organization_id and gm.group_id = g.id and m.ended_at is null and m.role <> 'customer')",
        "open_tickets": "(select coalesce(sum(c.n), 0)::int from ticket_counts c "
        "where c.organization_id = g.organization_id and c.dimension = 'group' and c.key = g.id "
        "and c.status not in ('solved', 'closed'))",
    },
)
BY_NAME: Final = Order[Group](
    "g.name_key",
    "g.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda group: (group.name, group.id),
)


async def tickets_in(db: Db, group_id: UUID) -> int:
    """The number of a group's tickets."""
    return int(
        await db.fetch_value(
            sql("select coalesce(sum(n), 0) from ticket_counts where dimension = 'group' and key = {}", group_id)
        )
    )


async def remove_members(db: Db, group_id: UUID) -> None:
    """Removes all members of a group."""
    await db.execute(sql("delete from group_members where group_id = {}", group_id))


async def members_of(db: Db, group_id: UUID) -> list[GroupMember]:
    """The agents in a group: leads first, then by name."""
    rows = await db.fetch_all(
        sql(
            "select m.user_id as id, m.name, m.email, m.avatar_url, m.availability, gm.role from group_members gm "
            "join memberships m on m.organization_id = gm.organization_id and m.user_id = gm.user_id "
            "where gm.group_id = {} and m.ended_at is null and m.role <> 'customer' order by gm.role, m.name_key, m.user_id",
            group_id,
        )
    )
    return read(GroupMember, rows)


async def member_roles(db: Db, group_id: UUID) -> dict[UUID, GroupRole]:
    """All users in a group with their roles, including those who are no agents any more."""
    rows = await db.fetch_all(sql("select user_id, role from group_members where group_id = {}", group_id))
    return {row["user_id"]: row["role"] for row in rows}


async def staff_among(db: Db, user_ids: Sequence[UUID]) -> set[UUID]:
    """The users among these who are agents of the entered organization."""
    rows = await db.fetch_all(
        sql(
            "select user_id from memberships where user_id = any({}) and ended_at is null and role = any({})",
            list(user_ids),
            _STAFF,
        )
    )
    return {row["user_id"] for row in rows}


async def add_member(db: Db, organization_id: UUID, group_id: UUID, user_id: UUID, role: str, now: datetime) -> None:
    """Adds an agent to a group."""
    await db.execute(
        sql(
            "insert into group_members (organization_id, group_id, user_id, role, created_at) values ({}, {}, {}, {}, {})",
            organization_id, group_id, user_id, role, now,
        )
    )  # fmt: skip


async def change_member(db: Db, group_id: UUID, user_id: UUID, role: str) -> None:
    """Changes an agent's role in a group."""
    await db.execute(
        sql("update group_members set role = {} where group_id = {} and user_id = {}", role, group_id, user_id)
    )


async def remove_member(db: Db, group_id: UUID, user_id: UUID) -> None:
    """Removes an agent from a group."""
    await db.execute(sql("delete from group_members where group_id = {} and user_id = {}", group_id, user_id))


async def existing(db: Db, group_ids: Sequence[UUID]) -> set[UUID]:
    """The ids among these of groups of the entered organization, locked against deletion until the unit ends."""
    rows = await db.fetch_all(
        sql(
            "select id from groups where id = any({}) and deleted_at is null order by id for update",
            sorted(set(group_ids)),
        )
    )
    return {row["id"] for row in rows}


async def groups_of(db: Db, user_id: UUID) -> set[UUID]:
    """The groups of an agent."""
    rows = await db.fetch_all(sql("select group_id from group_members where user_id = {}", user_id))
    return {row["group_id"] for row in rows}


async def names_of_groups(db: Db, user_ids: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """The ids and names of the groups of some agents, in one statement."""
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
        found.setdefault(row["user_id"], []).append((row["id"], row["name"]))
    return found

"""The turns of a group's members, in which tickets are distributed."""

from typing import Final
from uuid import UUID

from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.runtime.sql import Db, sql

_STAFF: Final = sorted(role.value for role in STAFF_ROLES)


async def lock_group(db: Db, group_id: UUID) -> bool:
    """Locks a group against other distributions until the unit ends; False if it is gone."""
    row = await db.fetch_one(
        sql("select g.id from groups g where g.id = {} and g.deleted_at is null for no key update", group_id)
    )
    return row is not None


async def next_member(db: Db, group_id: UUID, *, present: bool, least_open: bool) -> UUID | None:
    """The member of a group whose turn it is; None if there is none who is `present`."""
    found: UUID | None = await db.fetch_value(
        sql(
            "select m.user_id from group_members g "
            "join memberships m on m.organization_id = g.organization_id and m.user_id = g.user_id "
            "left join distribution_turns d on d.organization_id = g.organization_id and d.group_id = g.group_id "
            "and d.user_id = g.user_id "
            "left join lateral (select coalesce(sum(c.n), 0) as open from ticket_counts c where {} "
            "and c.organization_id = g.organization_id and c.dimension = 'assignee' and c.key = g.user_id "
            "and c.status not in ('solved', 'closed')) load on true "
            "where g.group_id = {} and m.ended_at is null and m.role = any({}) and (not {} or m.availability = 'online') "
            "order by coalesce(load.open, 0), coalesce(d.turn, 0), g.created_at, m.user_id limit 1",
            least_open, group_id, _STAFF, present,
        )
    )  # fmt: skip
    return found


async def note_turn(db: Db, organization_id: UUID, group_id: UUID, user_id: UUID) -> None:
    """Notes that a member of a locked group was given a ticket."""
    await db.execute(
        sql(
            "insert into distribution_turns (organization_id, group_id, user_id, turn) "
            "select {}, {}, {}, coalesce(max(d.turn), 0) + 1 from distribution_turns d where d.group_id = {} "
            "on conflict (organization_id, group_id, user_id) do update set turn = excluded.turn",
            organization_id, group_id, user_id, group_id,
        )
    )  # fmt: skip

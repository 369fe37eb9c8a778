"""Followers of tickets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.tickets.records import Follower, FollowReason
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_FOLLOWERS: Final = Table(
    "ticket_followers",
    Follower,
    "tf",
    columns={
        "person_id": "m.user_id",
        "person_name": "m.name",
        "person_email": "m.email",
        "person_avatar_url": "m.avatar_url",
        "person_role": "m.role",
    },
    joins="join memberships m on m.organization_id = tf.organization_id and m.user_id = tf.user_id and m.ended_at is null",
    key="user_id",
)


async def of_ticket(db: Db, ticket_id: UUID) -> list[Follower]:
    """The followers of a ticket, the longest first."""
    return await _FOLLOWERS.fetch(db, sql("tf.ticket_id = {} order by tf.created_at, tf.user_id", ticket_id))


async def user_ids_of(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The followers of some tickets, one query for all. Tickets without followers are left out."""
    rows = await db.fetch_all(
        sql("select tf.ticket_id, tf.user_id from ticket_followers tf where tf.ticket_id = any({})", list(ticket_ids))
    )
    found: dict[UUID, set[UUID]] = {}
    for row in rows:
        found.setdefault(row["ticket_id"], set()).add(row["user_id"])
    return {ticket_id: frozenset(user_ids) for ticket_id, user_ids in found.items()}


async def add(
    db: Db, organization_id: UUID, ticket_id: UUID, user_ids: Sequence[UUID], how: FollowReason, by: UUID | None,
    now: datetime,
) -> list[UUID]:  # fmt: skip
    """Adds followers and returns the new ones."""
    rows = await db.fetch_all(
        sql(
            "insert into ticket_followers (organization_id, ticket_id, user_id, how, added_by, created_at) "
            "select {}, {}, u, {}, {}, {} from unnest({}::uuid[]) u on conflict do nothing returning user_id",
            organization_id, ticket_id, how, by, now, list(user_ids),
        )
    )  # fmt: skip
    return [row["user_id"] for row in rows]


async def remove(db: Db, ticket_id: UUID, user_id: UUID) -> bool:
    """Removes a follower; False if the person was none."""
    return bool(
        await db.execute(sql("delete from ticket_followers where ticket_id = {} and user_id = {}", ticket_id, user_id))
    )

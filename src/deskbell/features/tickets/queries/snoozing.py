"""Snoozed tickets whose moment comes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from deskbell.runtime.sql import Db, sql


async def next_moments(db: Db, limit: int) -> list[tuple[UUID, UUID, datetime]]:
    """The next moments of snoozed tickets, of any organization: its id, the ticket's and the moment."""
    rows = await db.fetch_all(sql("select organization_id, ticket_id, moment from deskbell_snoozed({})", limit))
    return [(row["organization_id"], row["ticket_id"], row["moment"]) for row in rows]


async def lock_snoozed(db: Db, ticket_ids: Sequence[UUID]) -> list[UUID]:
    """Locks those that are snoozed, and skips those that others have locked."""
    rows = await db.fetch_all(
        sql(
            "select t.id from tickets t where t.id = any({}) and t.snoozed_until is not null and t.deleted_at is null "
            "order by t.id for no key update skip locked",
            list(ticket_ids),
        )
    )
    return [row["id"] for row in rows]

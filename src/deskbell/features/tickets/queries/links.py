"""Links between tickets, seen from one of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from deskbell.features.tickets.queries.visibility import visible_to
from deskbell.features.tickets.records import TicketLink
from deskbell.kernel.actor import Actor
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql

_MOST = 200


async def of_ticket(db: Db, actor: Actor, ticket_id: UUID) -> list[TicketLink]:
    """The tickets that a ticket refers to, and those that refer to it, the newest first; at most 200."""
    rows: Sequence[Any] = await db.fetch_all(
        sql(
            "select l.kind, l.refers, t.id as ticket_id, t.number, t.subject, t.status, l.created_at from ("
            "select a.kind, true as refers, a.other_id, a.created_at from ticket_links a where a.ticket_id = {} union all "
            "select b.kind, false, b.ticket_id, b.created_at from ticket_links b where b.other_id = {}) l "
            "join tickets t on t.id = l.other_id and {} order by l.created_at desc, t.id limit {}",
            ticket_id, ticket_id, visible_to(actor), _MOST,
        )
    )  # fmt: skip
    return read(TicketLink, rows)

"""Links between tickets, seen from one of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from deskbell.features.tickets.queries.visibility import visible_to
from deskbell.features.tickets.records import TicketLink
from deskbell.kernel.actor import Actor
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql

_MOST = 200
_LONGEST_CHAIN = 20


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


async def are_linked(db: Db, ticket_id: UUID, other_id: UUID) -> bool:
    """Whether one of two tickets refers to the other."""
    return bool(
        await db.fetch_value(
            sql(
                "select exists (select from ticket_links l where l.ticket_id = {} and l.other_id = {}) "
                "or exists (select from ticket_links l where l.ticket_id = {} and l.other_id = {})",
                ticket_id, other_id, other_id, ticket_id,
            )
        )
    )  # fmt: skip


async def most_of(db: Db, ticket_ids: Sequence[UUID]) -> int:
    """The number of links of that ticket which has the most of them."""
    return int(
        await db.fetch_value(
            sql(
                "select max((select count(*) from ticket_links l where l.ticket_id = t.id) "
                "+ (select count(*) from ticket_links l where l.other_id = t.id)) from unnest({}::uuid[]) t (id)",
                list(ticket_ids),
            )
        )
    )


async def add(
    db: Db, organization_id: UUID, ticket_id: UUID, other_id: UUID, user_id: UUID | None, now: datetime,
    kind: Literal["related", "merged"] = "related",
) -> None:  # fmt: skip
    """Lets a ticket refer to another one."""
    await db.execute(
        sql(
            "insert into ticket_links (organization_id, ticket_id, other_id, kind, created_by, created_at) "
            "values ({}, {}, {}, {}, {}, {})",
            organization_id, ticket_id, other_id, kind, user_id, now,
        )
    )  # fmt: skip


async def merged_into(db: Db, ticket_id: UUID) -> UUID | None:
    """The ticket that remains of a merged one: the last of a chain; None for a ticket that is not merged."""
    value = await db.fetch_value(
        sql(
            "with recursive chain (id, place) as (select other_id, 1 from ticket_links "
            "where ticket_id = {} and kind = 'merged' union all "
            "select l.other_id, c.place + 1 from chain c join ticket_links l on l.ticket_id = c.id and l.kind = 'merged' "
            "where c.place < {}) "
            "select c.id from chain c join tickets t on t.id = c.id and t.deleted_at is null order by c.place desc limit 1",
            ticket_id,
            _LONGEST_CHAIN,
        )
    )
    return None if value is None else UUID(bytes=value.bytes)


async def remove(db: Db, ticket_id: UUID, other_id: UUID) -> bool:
    """Removes the links between two tickets, in both directions; false if there is none."""
    rows = await db.fetch_all(
        sql(
            "delete from ticket_links l where (l.ticket_id = {} and l.other_id = {}) or (l.ticket_id = {} and l.other_id = {}) "
            "returning l.ticket_id",
            ticket_id, other_id, other_id, ticket_id,
        )
    )  # fmt: skip
    return bool(rows)

"""A ticket's history: the journal, read for one ticket."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.actor import Actor
from deskbell.kernel.events import DomainEvent, decode_event
from deskbell.runtime.sql import Db, Fragment, sql

__all__ = ["HistoryEntry", "of_ticket"]


class HistoryEntry(Struct, frozen=True, kw_only=True):
    """One step in a ticket's life. Without an actor it was Deskbell itself."""

    id: int
    ticket_id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    event: DomainEvent


async def of_ticket(db: Db, actor: Actor, ticket_id: UUID) -> list[HistoryEntry]:
    """Every recorded step of a ticket that the actor may know of, oldest first."""
    hidden: Fragment = sql("true") if actor.is_staff else sql("not e.internal")
    rows = await db.fetch_all(
        sql(
            "select e.id, e.ticket_id, e.at, e.actor_id, m.name, e.type, e.payload from events e "
            "left join memberships m on m.organization_id = e.organization_id and m.user_id = e.actor_id "
            "where e.organization_id = (select deskbell_organization()) and e.ticket_id = {} and {} order by e.at, e.id",
            ticket_id,
            hidden,
        )
    )
    return [
        HistoryEntry(
            id=row[0], ticket_id=row[1], at=row[2], actor_id=row[3], actor_name=row[4],
            event=decode_event(row[5], row[6]),
        )
        for row in rows
    ]  # fmt: skip

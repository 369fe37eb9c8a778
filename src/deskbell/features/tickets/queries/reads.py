"""Up to where people have read tickets."""

from uuid import UUID

from deskbell.features.tickets.queries.rows import unread_by
from deskbell.kernel.actor import Actor
from deskbell.runtime.journal.readers import about_tickets, reader
from deskbell.runtime.sql import Db, sql

reader("read marks", "The last event of a ticket that a user reads.", types=about_tickets)


async def last_event(db: Db, ticket_id: UUID) -> int:
    """The latest event of a ticket; 0 for one without history."""
    return int(
        await db.fetch_value(
            sql(
                "select coalesce(max(e.id), 0) from events e "
                "where e.organization_id = (select deskbell_organization()) and e.ticket_id = {}",
                ticket_id,
            )
        )
    )


async def note(db: Db, organization_id: UUID, user_id: UUID, ticket_id: UUID, event_id: int) -> None:
    """Notes up to which event a user has read a ticket."""
    await db.execute(
        "insert into ticket_reads (organization_id, user_id, ticket_id, event_id) values ($1, $2, $3, $4) "
        "on conflict (organization_id, user_id, ticket_id) do update set event_id = excluded.event_id",
        organization_id, user_id, ticket_id, event_id,
    )  # fmt: skip


async def is_unread(db: Db, actor: Actor, ticket_id: UUID) -> bool:
    """Whether a ticket holds something that the actor has not read."""
    return bool(await db.fetch_value(sql("select {} from tickets t where t.id = {}", unread_by(actor), ticket_id)))


async def read_until(db: Db, actor: Actor, ticket_id: UUID) -> int | None:
    """The last event of a ticket that the actor has read; None if they never looked."""
    found = await db.fetch_value(
        sql(
            "select r.event_id from ticket_reads r where r.organization_id = (select deskbell_organization()) "
            "and r.user_id = {} and r.ticket_id = {}",
            actor.user_id, ticket_id,
        )
    )  # fmt: skip
    return None if found is None else int(found)

"""Tickets that are like a subject."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.queries.visibility import listed_to
from deskbell.kernel.actor import Actor
from deskbell.kernel.words import Status
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql


class SimilarTicket(Struct, frozen=True):
    """A ticket as a list of similar ones shows it. `share`: how many of the subject's words of four letters and more it has."""

    id: UUID
    number: int
    subject: str
    status: Status
    created_at: datetime
    share: float


async def like(
    db: Db, actor: Actor, subject: str, limit: int, *, near: datetime, besides: UUID | None = None
) -> list[SimilarTicket]:
    """The tickets of an actor's lists that are like a subject, the most similar first. Those of about the moment `near` gain."""
    rows = await db.fetch_all(
        sql(
            "select t.id, t.number, t.subject, t.status, t.created_at, f.share "
            "from deskbell_similar_tickets({}, {}, {}, {}) f join tickets t on t.id = f.ticket_id and {} "
            "order by f.score desc, t.id desc",
            subject, besides, near, limit, listed_to(actor),
        )
    )  # fmt: skip
    return read(SimilarTicket, rows)

"""Own tickets that are like a subject that is being typed."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.queries.visibility import listed_to
from deskbell.kernel.actor import Actor
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql


class SimilarTicket(Struct, frozen=True):
    """A ticket as a list of similar ones shows it."""

    id: UUID
    number: int
    subject: str


async def like_subject(db: Db, actor: Actor, subject: str, among: int, limit: int) -> list[SimilarTicket]:
    """Those of the actor's newest `among` tickets that have at least half of a subject's longer words, the most similar first.

    Short words say little, and no word is left out of the index. A subject of short words alone is like none.
    """
    rows = await db.fetch_all(
        sql(
            "with asked as (select lexeme from unnest(deskbell_vector(deskbell_search_text({}))) "
            "where positions is not null and char_length(lexeme) >= 4), "
            "own as (select t.organization_id, t.id, t.number, t.subject from tickets t where {} order by t.id desc limit {}) "
            "select o.id, o.number, o.subject from own o "
            "join ticket_search s on s.organization_id = o.organization_id and s.ticket_id = o.id "
            "join asked a on a.lexeme = any(tsvector_to_array(s.for_everyone)) "
            "group by o.id, o.number, o.subject having count(*) * 2 >= (select count(*) from asked) "
            "order by count(*) desc, o.number desc limit {}",
            subject, listed_to(actor), among, limit,
        )
    )  # fmt: skip
    return read(SimilarTicket, rows)

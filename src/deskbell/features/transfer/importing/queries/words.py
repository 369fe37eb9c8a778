"""Search documents of tickets: from texts that are not stored yet, and in place."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from deskbell.runtime.sql import Db


class TicketTexts(Struct, frozen=True):
    """The texts of a ticket but for its fields; `comments` are pairs of a body and whether it is public, in order."""

    subject: str
    description: str
    comments: Sequence[tuple[str, bool]]


class Documents(Struct, frozen=True):
    """A ticket's search documents in PostgreSQL's text form; `for_everyone` is None where it is the same as `for_staff`."""

    for_staff: str
    for_everyone: str | None


async def documents_of(db: Db, organization_id: UUID, tickets: Sequence[TicketTexts]) -> list[Documents]:
    """The documents of tickets, in order. Reads no table."""
    comments = [(n, *comment) for n, ticket in enumerate(tickets, 1) for comment in ticket.comments]
    rows = await db.fetch_all(
        "select for_staff, for_everyone from deskbell_documents_of($1, $2, $3, $4, $5, $6) order by n",
        organization_id, [each.subject for each in tickets], [each.description for each in tickets],
        [n for n, _, _ in comments], [body for _, body, _ in comments], [public for _, _, public in comments],
    )  # fmt: skip
    return [Documents(row["for_staff"], row["for_everyone"]) for row in rows]


async def add_documents(db: Db, organization_id: UUID, documents: Sequence[tuple[UUID, Documents]]) -> None:
    """Adds the documents of new tickets, by the tickets' ids, with the words of their text fields."""
    await db.execute(
        "insert into ticket_search (organization_id, ticket_id, for_staff, for_everyone) "
        "select $1, d.id, deskbell_with_comparable(d.for_staff, f.all_words), "
        "case when d.for_everyone is not null or f.all_words is distinct from f.public_words "
        "then deskbell_with_comparable(coalesce(d.for_everyone, d.for_staff), f.public_words) end "
        "from unnest($2::uuid[], $3::tsvector[], $4::tsvector[]) d (id, for_staff, for_everyone) "
        "join tickets t on t.organization_id = $1 and t.id = d.id "
        "cross join lateral deskbell_field_words(t.organization_id, t.custom_fields) f",
        organization_id, [ticket_id for ticket_id, _ in documents], [each.for_staff for _, each in documents],
        [each.for_everyone for _, each in documents],
    )  # fmt: skip


async def build_documents(db: Db, ticket_ids: Sequence[UUID]) -> None:
    """Builds the documents of new tickets in place. Their comments must exist."""
    await db.execute("select deskbell_search_build($1)", list(ticket_ids))

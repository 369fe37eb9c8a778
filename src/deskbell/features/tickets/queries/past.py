"""The journal of one ticket, read for its states in the past."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.tickets.records import Ticket
from deskbell.kernel.events import DomainEvent, decode_event
from deskbell.kernel.fields import CustomField
from deskbell.kernel.rules.facts import MailFacts
from deskbell.runtime.journal.readers import about_tickets, reader
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql

reader("past", "The state of a ticket at a moment, and what rules were asked then.", types=about_tickets)


class PastEvent(Struct, frozen=True, kw_only=True):
    """An event of a ticket; `unit` is what the events of one transaction have in common."""

    id: int
    at: datetime
    actor_id: UUID | None
    rule_id: UUID | None
    operation_id: UUID | None
    unit: str
    imported: bool
    event: DomainEvent
    wrote: Literal["customer", "staff"] | None = None
    """Whose public words it added, if a person wrote them."""


class _Stored(Struct, frozen=True, kw_only=True):
    id: int
    ticket_id: UUID
    at: datetime
    actor_id: UUID | None
    rule_id: UUID | None
    operation_id: UUID | None
    unit: str
    imported: bool
    type: str
    payload: str
    wrote: Literal["customer", "staff"] | None


async def events_of(db: Db, ticket_id: UUID) -> list[PastEvent]:
    """All events of a ticket that this version can read, in the order of their times."""
    return (await events_of_many(db, [ticket_id])).get(ticket_id, [])


async def events_of_many(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, list[PastEvent]]:
    """All events of tickets that this version can read, in the order of their times."""
    rows = await db.fetch_all(
        sql(
            "select e.id, e.ticket_id, e.at, e.actor_id, e.rule_id, e.operation_id, e.xact_id::text as unit, e.imported, "
            "e.type, e.payload, case when c.id is null then null when m.role = 'customer' or c.author_id = t.requester_id "
            "then 'customer' else 'staff' end as wrote from events e "
            "left join comments c on c.organization_id = e.organization_id and e.rule_id is null and e.type = 'comment.added' "
            "and c.id = case when e.type = 'comment.added' then (e.payload ->> 'comment_id')::uuid end "
            "and c.public and not c.automatic "
            "left join memberships m on m.organization_id = c.organization_id and m.user_id = c.author_id "
            "left join tickets t on t.organization_id = c.organization_id and t.id = c.ticket_id "
            "where e.organization_id = (select deskbell_organization()) and e.ticket_id = any({}) order by e.at, e.id",
            list(ticket_ids),
        )
    )
    found: dict[UUID, list[PastEvent]] = {}
    for each in read(_Stored, rows):
        if (event := _decoded(each)) is not None:
            found.setdefault(each.ticket_id, []).append(event)
    return found


async def event_counts(db: Db, ticket_ids: Sequence[UUID], most: int) -> dict[UUID, int]:
    """The numbers of events of tickets, each counted up to `most`."""
    rows = await db.fetch_all(
        sql(
            "select t.id, (select count(*) from (select from events e where e.organization_id = "
            "(select deskbell_organization()) and e.ticket_id = t.id limit {}) c) as events from unnest({}::uuid[]) t (id)",
            most,
            list(ticket_ids),
        )
    )
    return {row["id"]: row["events"] for row in rows}


def _decoded(row: _Stored) -> PastEvent | None:
    try:
        event: Any = decode_event(row.type, row.payload)
    except (msgspec.MsgspecError, KeyError):
        return None
    return PastEvent(
        id=row.id, at=row.at, actor_id=row.actor_id, rule_id=row.rule_id, operation_id=row.operation_id, unit=row.unit,
        imported=row.imported, event=event, wrote=row.wrote,
    )  # fmt: skip


class PastFacts(Struct, frozen=True, kw_only=True):
    """Facts beyond a ticket's row just before a write, but company and fields as they are now.

    Followers and links that have been removed since are not known.
    """

    ticket_id: UUID
    at: datetime
    company: str | None
    open: int
    has_attachment: bool
    fields: list[CustomField] = []
    followers: list[UUID] = []
    linked: list[int] = []


async def facts_then(db: Db, asked: Sequence[tuple[Ticket, datetime]]) -> list[PastFacts]:
    """Facts beyond the rows of tickets as of writes at moments."""
    rows = await db.fetch_all(
        sql(
            "select q.ticket_id, q.at, m.company, m.custom_fields as fields, (select count(*) from tickets t "
            "where t.requester_id = q.requester_id and t.deleted_at is null "
            "and (t.created_at < q.at or t.id = q.ticket_id) and coalesce("
            "(select e.payload -> 'changes' -> 'status' ->> 'was' from events e where e.organization_id = t.organization_id "
            "and e.ticket_id = t.id and e.type = 'ticket.updated' and e.at >= q.at and e.payload -> 'changes' ? 'status' "
            "order by e.id limit 1), t.status) not in ('solved', 'closed')) as open, "
            "exists (select from attachments f left join comments c on c.organization_id = f.organization_id "
            "and c.id = f.comment_id where f.ticket_id = q.ticket_id and (c.id is null or c.created_at <= q.at)) "
            "as has_attachment, "
            "array(select f.user_id from ticket_followers f where f.ticket_id = q.ticket_id and f.created_at <= q.at) "
            "as followers, array(select o.number::bigint from ticket_links l join tickets o "
            "on o.organization_id = l.organization_id "
            "and o.id = case when l.ticket_id = q.ticket_id then l.other_id else l.ticket_id end and o.deleted_at is null "
            "where (l.ticket_id = q.ticket_id or l.other_id = q.ticket_id) and l.created_at <= q.at) as linked "
            "from unnest({}::uuid[], {}::uuid[], {}::timestamptz[]) q (ticket_id, requester_id, at) "
            "join memberships m on m.user_id = q.requester_id",
            [ticket.id for ticket, _ in asked],
            [ticket.requester.id for ticket, _ in asked],
            [at for _, at in asked],
        )
    )
    return read(PastFacts, rows)


class PastMail(Struct, frozen=True, kw_only=True):
    """A mail that became a ticket, or a comment on it."""

    ticket_id: UUID
    comment_id: UUID | None
    sender: str
    recipients: list[str]
    verdict: str
    kind: str
    headers: dict[str, str] | None


async def mails_of(db: Db, ticket_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID | None], MailFacts]:
    """The mails of tickets as conditions saw them, by ticket and comment; without a comment that of the description."""
    rows = await db.fetch_all(
        sql(
            "select r.ticket_id, r.comment_id, coalesce(r.from_address, '') as sender, "
            "r.envelope_to || r.to_addresses || r.cc_addresses as recipients, coalesce(r.verdict, 'none') as verdict, "
            "coalesce(r.class, 'person') as kind, r.headers from received_mails r "
            "where r.ticket_id = any({}) and r.state in ('created', 'appended')",
            list(ticket_ids),
        )
    )
    return {
        (each.ticket_id, each.comment_id): MailFacts(
            sender=each.sender, recipients=frozenset(each.recipients), verdict=each.verdict,
            automatic=each.kind in ("automatic", "auto_reply"), headers=each.headers or {},
        )
        for each in read(PastMail, rows)
    }  # fmt: skip


async def changed_between(db: Db, since: datetime, until: datetime, after: UUID | None, limit: int) -> list[UUID]:
    """The ids of tickets that were filed, changed or commented on in a time, by id, after one of them."""
    rows = await db.fetch_all(
        sql(
            "select distinct e.ticket_id from events e where e.organization_id = (select deskbell_organization()) "
            "and e.type in ('ticket.created', 'ticket.updated', 'ticket.assigned', 'comment.added') and not e.imported "
            "and e.at >= {} and e.at < {} and e.ticket_id > {} order by e.ticket_id limit {}",
            since,
            until,
            after or UUID(int=0),
            limit,
        )
    )
    return [row["ticket_id"] for row in rows]


async def unclosed_between(db: Db, since: datetime, until: datetime, after: UUID | None, limit: int) -> list[UUID]:
    """The ids of tickets that were not closed at some moment of a time, by id, after one of them."""
    rows = await db.fetch_all(
        sql(
            "select t.id from tickets t where t.id > {} and t.created_at < {} and t.deleted_at is null "
            "and (t.status <> 'closed' or t.updated_at >= {}) order by t.id limit {}",
            after or UUID(int=0), until, since, limit,
        )
    )  # fmt: skip
    return [row["id"] for row in rows]

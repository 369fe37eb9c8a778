"""The recipients of public replies."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from deskbell.features.mail.log import ShownMail
from deskbell.features.mail.outgoing import Addressee, Field, ReplyDelivery, Suppression
from deskbell.features.tickets.comment_records import ReplyMail
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_DELIVERIES: Final = Table(
    "mail_deliveries",
    ReplyDelivery,
    "d",
    columns={"comment_id": "o.comment_id"},
    joins="join outgoing_mails o on o.organization_id = d.organization_id and o.id = d.mail_id",
)


_RECEIVED: Final = Table("received_mails", ShownMail, "r", columns={"kind": "r.class"})


async def of_ticket(db: Db, ticket_id: UUID, author_id: UUID) -> list[Addressee]:
    """The requester, and the followers who are customers, except the author."""
    rows = await db.fetch_all(
        sql(
            "select m.user_id as recipient_id, m.name, m.email as address, m.role, "
            "case when m.user_id = t.requester_id then 'to' else 'cc' end as field "
            "from tickets t join memberships m on m.organization_id = t.organization_id and m.ended_at is null "
            "and (m.user_id = t.requester_id or (m.role = 'customer' and exists (select from ticket_followers f "
            "where f.organization_id = t.organization_id and f.ticket_id = t.id and f.user_id = m.user_id))) "
            "where t.id = {} and m.user_id <> {} order by m.user_id = t.requester_id desc, m.email",
            ticket_id,
            author_id,
        )
    )
    return read(Addressee, rows)


async def named(db: Db, addresses: Sequence[str], field: Field) -> list[Addressee]:
    """The people with these addresses, in this order; an address that is nobody's has no name."""
    rows = await db.fetch_all(
        sql(
            "select m.user_id as recipient_id, coalesce(m.name, '') as name, n.address, coalesce(m.role, 'customer') as role, "
            "{} as field from unnest({}::text[]) with ordinality n (address, place) left join lateral ("
            "select p.user_id, p.name, p.role from memberships p where p.ended_at is null and (p.email = n.address "
            "or p.user_id in (select a.user_id from contact_addresses a where a.address = n.address)) "
            "order by p.email = n.address desc limit 1) m on true order by n.place",
            field,
            list(addresses),
        )
    )
    return read(Addressee, rows)


async def take_mail(db: Db, comment_id: UUID) -> ReplyMail | None:
    """Removes and returns the recipients that a reply's author named."""
    row = await db.fetch_one(
        sql(
            "delete from reply_mails where comment_id = {} returning to_addresses, cc_addresses, quote",
            comment_id,
        )
    )
    if row is None:
        return None
    return ReplyMail(to=row["to_addresses"], cc=row["cc_addresses"], quote=row["quote"])


async def suppressed(db: Db, addresses: Sequence[str]) -> dict[str, Suppression]:
    """Why replies are not sent to some of these addresses, in lower case. A complaint ends notices alone."""
    rows = await db.fetch_all(
        sql(
            "select s.address, s.reason from suppressed_addresses s where s.address = any({}) and s.reason <> 'complaint'",
            list(addresses),
        )
    )
    return {row["address"]: row["reason"] for row in rows}


async def deliveries(db: Db, comment_ids: Sequence[UUID]) -> list[ReplyDelivery]:
    """The deliveries of replies, the requester's first."""
    return await _DELIVERIES.fetch(
        db, sql("o.kind = 'reply' and o.comment_id = any({}) order by d.field desc, d.address", list(comment_ids))
    )


async def received(db: Db, comment_ids: Sequence[UUID], ticket_id: UUID | None) -> list[ShownMail]:
    """The mails that these comments came by, and the one that opened a ticket."""
    return await _RECEIVED.fetch(
        db,
        sql(
            "(r.comment_id = any({}) and r.state = 'appended') or (r.ticket_id = {} and r.comment_id is null "
            "and r.state = 'created') order by r.arrived_at desc",
            list(comment_ids), ticket_id,
        ),
    )  # fmt: skip

"""The ticket that a mail belongs to, its people, and what is stored with it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.records import StoredPart
from deskbell.features.tickets.records import Person
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_PEOPLE: Final = Table("memberships", Person, "m", columns={"id": "m.user_id"})


def digest_of(message_id: str) -> bytes:
    """The key that a Message-ID is found by."""
    return hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).digest()[:16]


async def ticket_of_ids(
    db: Db, message_ids: Sequence[str], mailbox_id: UUID | None = None
) -> tuple[UUID, UUID | None] | None:
    """The ticket, and the comment, of the first of these ids that belongs to a ticket that exists.

    Of a mail that became a ticket of each of several mailboxes, the one of this mailbox counts.
    """
    digests = [digest_of(each) for each in message_ids if each]
    if not digests:
        return None
    row = await db.fetch_one(
        sql(
            "select i.ticket_id, i.comment_id from mail_ids i "
            "join tickets t on t.organization_id = i.organization_id and t.id = i.ticket_id and t.deleted_at is null "
            "where i.digest = any({}) and i.kind <> 'mentioned' order by array_position({}, i.digest), "
            "coalesce((select r.mailbox_id = {} from received_mails r where r.id = i.mail_id), false) desc, "
            "i.created_at limit 1",
            digests,
            digests,
            mailbox_id,
        )
    )
    return None if row is None else (row["ticket_id"], row["comment_id"])


async def ticket_of_mentioned(
    db: Db, message_ids: Sequence[str], addresses: Sequence[str], since: datetime
) -> UUID | None:
    """The ticket of a mail that answered one of these ids before, and whose From, To or Cc had one of these addresses."""
    digests = [digest_of(each) for each in message_ids if each]
    value = await db.fetch_value(
        sql(
            "select i.ticket_id from mail_ids i "
            "join tickets t on t.organization_id = i.organization_id and t.id = i.ticket_id and t.deleted_at is null "
            "join received_mails r on r.organization_id = i.organization_id and r.id = i.mail_id "
            "where i.digest = any({}) and i.kind = 'mentioned' and i.created_at >= {} and exists (select from "
            "unnest(array[r.from_address] || r.to_addresses || r.cc_addresses) a where lower(a) = any({})) "
            "order by array_position({}, i.digest), i.created_at desc limit 1",
            digests, since, list(addresses), digests,
        )
    )  # fmt: skip
    return None if value is None else UUID(bytes=value.bytes)


async def ticket_of_numbers(db: Db, numbers: Sequence[int]) -> UUID | None:
    """The ticket with the first of these numbers that exists."""
    if not numbers:
        return None
    value = await db.fetch_value(
        sql(
            "select t.id from tickets t where t.number = any({}::integer[]) and t.deleted_at is null "
            "order by array_position({}::integer[], t.number) limit 1",
            list(numbers),
            list(numbers),
        )
    )
    return None if value is None else UUID(bytes=value.bytes)


async def find_person(db: Db, addresses: Sequence[str]) -> Person | None:
    """The member with this address, given in several forms: as their own or as a further one."""
    return await _PEOPLE.find(
        db,
        sql(
            "m.ended_at is null and (m.email = any({}) or m.user_id in (select a.user_id from contact_addresses a "
            "where a.address = any({}))) order by m.email = any({}) desc limit 1",
            list(addresses),
            list(addresses),
            list(addresses),
        ),
    )


async def find_people(db: Db, addresses: Sequence[str]) -> dict[str, Person]:
    """The members with these addresses, as their own or as further ones, by address."""
    rows = await db.fetch_all(
        sql(
            "select n.address as asked, {} from unnest({}::text[]) n (address) cross join lateral (select p.* from memberships p "
            "where p.ended_at is null and (p.email = n.address or p.user_id in (select a.user_id from contact_addresses a "
            "where a.address = n.address)) order by p.email = n.address desc limit 1) m",
            _PEOPLE.columns,
            list(addresses),
        ),
        by_name=True,
    )
    return dict(zip((row["asked"] for row in rows), _PEOPLE.read(rows), strict=True))


async def find_member(db: Db, user_id: UUID) -> Person | None:
    """A member who has not left."""
    return await _PEOPLE.find(db, sql("m.user_id = {} and m.ended_at is null", user_id))


async def find_staff(db: Db, named: str) -> UUID | None:
    """The one member of the staff with this name or address; None where there is none, or several."""
    rows = await db.fetch_all(
        sql(
            "select m.user_id from memberships m where m.role <> 'customer' and m.ended_at is null "
            "and (m.email = {} or lower(m.name) = {}) limit 2",
            named.lower(),
            named.lower(),
        )
    )
    return UUID(bytes=rows[0]["user_id"].bytes) if len(rows) == 1 else None


async def takes_part(db: Db, ticket_id: UUID, user_id: UUID | None, address: str, written: str) -> bool:
    """Whether a person is a ticket's requester or follower, or was named in To or Cc by one of its mails.

    `written` is the address as it is stored, `address` its form for comparing. Only mails that the requester may read count:
    people in copy of a note, or of a mail that the staff forwarded, would answer in front of the requester.
    """
    return bool(
        await db.fetch_value(
            sql(
                "select exists (select from tickets t where t.id = {} and t.requester_id = {}) "
                "or exists (select from ticket_followers f where f.ticket_id = {} and f.user_id = {}) "
                "or exists (select from received_mails r where r.ticket_id = {} and r.state in ('created', 'appended') "
                "and r.verdict <> 'fail' and {} = any(r.to_addresses || r.cc_addresses) "
                "and case when r.state = 'appended' "
                "then exists (select from comments c where c.id = r.comment_id and c.public) "
                "else not exists (select from memberships m join tickets t on t.organization_id = m.organization_id "
                "and t.id = r.ticket_id where m.user_id = r.sender_id and m.role <> 'customer' "
                "and m.user_id <> t.requester_id) end) "
                "or exists (select from outgoing_mails o join mail_deliveries d on d.organization_id = o.organization_id "
                "and d.mail_id = o.id where o.ticket_id = {} and o.kind = 'reply' and d.address in ({}, {}) "
                "and exists (select from comments c where c.id = o.comment_id and c.public))",
                ticket_id, user_id, ticket_id, user_id, ticket_id, address, ticket_id, address, written,
            )
        )
    )  # fmt: skip


async def add_ids(
    db: Db, organization_id: UUID, message_id: str | None, mentioned: Sequence[str], mail_id: UUID, ticket_id: UUID,
    comment_id: UUID | None, now: datetime,
) -> None:  # fmt: skip
    """Remembers the ticket of a received mail's id, and of the ids that it `mentioned`, as far as they led nowhere before."""
    ids = [*([message_id] if message_id else []), *mentioned]
    kinds = [*(["received"] if message_id else []), *(["mentioned"] * len(mentioned))]
    await db.execute(
        sql(
            "insert into mail_ids (organization_id, digest, kind, mail_id, message_id, ticket_id, comment_id, created_at) "
            "select {}, n.digest, n.kind, {}, n.message_id, {}, {}, {} from unnest({}::bytea[], {}::text[], {}::text[]) "
            "n (digest, kind, message_id) where n.kind = 'received' or not exists (select from mail_ids i "
            "where i.digest = n.digest and i.kind <> 'mentioned') on conflict do nothing",
            organization_id, mail_id, ticket_id, comment_id, now, [digest_of(each) for each in ids], kinds, ids,
        )
    )  # fmt: skip


async def add_files(
    db: Db, organization_id: UUID, parts: Sequence[StoredPart], uploaded_by: UUID, now: datetime
) -> None:
    """Adds the files of a mail, whose contents are in the storage."""
    await db.execute(
        sql(
            "insert into files (organization_id, id, filename, mime_type, size, sha256, storage_key, uploaded_by, created_at) "
            "select {}, f.*, {}, {} from unnest({}::uuid[], {}::text[], {}::text[], {}::bigint[], {}::bytea[], {}::text[]) f",
            organization_id, uploaded_by, now, [part.file_id for part in parts], [part.name for part in parts],
            [part.mime_type for part in parts], [part.size for part in parts], [part.sha256 for part in parts],
            [part.storage_key for part in parts],
        )
    )  # fmt: skip


async def add_parts(
    db: Db, organization_id: UUID, mail_id: UUID, ticket_id: UUID, comment_id: UUID | None, parts: Sequence[StoredPart]
) -> None:
    """Notes what each file was in its mail."""
    await db.execute(
        sql(
            "insert into mail_parts (organization_id, mail_id, ticket_id, comment_id, file_id, content_id, inline, "
            "position) select {}, {}, {}, {}, p.file_id, p.content_id, p.inline, p.position "
            "from unnest({}::uuid[], {}::text[], {}::boolean[]) "
            "with ordinality p (file_id, content_id, inline, position)",
            organization_id, mail_id, ticket_id, comment_id, [part.file_id for part in parts],
            [part.content_id for part in parts], [part.inline for part in parts],
        )
    )  # fmt: skip


async def link(db: Db, organization_id: UUID, ticket_id: UUID, other_id: UUID, kind: str, now: datetime) -> None:
    """Links a new ticket with the one that its mail refers to."""
    await db.execute(
        sql(
            "insert into ticket_links (organization_id, ticket_id, other_id, kind, created_at) values ({}, {}, {}, {}, {}) "
            "on conflict do nothing",
            organization_id, ticket_id, other_id, kind, now,
        )
    )  # fmt: skip


async def mails_of_two(db: Db, ticket_id: UUID, since: datetime) -> int:
    """The number of comments that came by mail since a moment; 0 if more than two people wrote them."""
    return int(
        await db.fetch_value(
            sql(
                "select case when count(distinct c.author_id) <= 2 then count(*) else 0 end from comments c "
                "where c.ticket_id = {} and c.channel = 'email' and not c.automatic and c.created_at > {}",
                ticket_id,
                since,
            )
        )
    )


async def is_note(db: Db, comment_id: UUID) -> bool:
    """Whether a comment is an internal note."""
    return bool(await db.fetch_value(sql("select not public from comments where id = {}", comment_id)))

"""Outgoing mails, and the facts that they are made from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.outgoing import AnsweredWords, KnownId, OutgoingMail, Sender
from deskbell.features.mail.queries.conversations import digest_of
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_MAILS: Final = Table("outgoing_mails", OutgoingMail, "o")


async def keys(db: Db) -> list[bytes]:
    """The organization's keys of Message-IDs and tokens, the newest first; empty before its first mail."""
    rows = await db.fetch_all(sql("select key from mail_keys order by number desc"))
    return [bytes(row["key"]) for row in rows]


async def add_key(db: Db, organization_id: UUID, key: bytes, now: datetime) -> None:
    """Stores the first key; one that another process has stored meanwhile stays."""
    await db.execute(
        sql(
            "insert into mail_keys (organization_id, number, key, created_at) values ({}, 1, {}, {}) on conflict do nothing",
            organization_id, key, now,
        )
    )  # fmt: skip


async def add(db: Db, organization_id: UUID, mail: OutgoingMail) -> bool:
    """Adds a mail; False if there is one for the same reply or notification."""
    return bool(
        await db.execute(sql("{} on conflict do nothing", _MAILS.insert(mail, organization_id=organization_id)))
    )


async def lock(db: Db, mail_id: UUID) -> OutgoingMail | None:
    """A mail, locked until the unit ends."""
    return await _MAILS.find(db, sql("o.id = {} for update", mail_id))


async def of_reply(db: Db, comment_id: UUID) -> OutgoingMail | None:
    """The mail that brings a reply."""
    return await _MAILS.find(db, sql("o.comment_id = {} and o.kind = 'reply'", comment_id))


async def find(db: Db, mail_id: UUID) -> OutgoingMail | None:
    """A mail."""
    return await _MAILS.find(db, sql("o.id = {}", mail_id))


async def content_of(db: Db, mail_id: UUID) -> bytes | None:
    """The bytes of a mail, once they are made."""
    value = await db.fetch_value(sql("select content from outgoing_mails where id = {}", mail_id))
    return None if value is None else bytes(value)


async def keep_content(db: Db, mail_id: UUID, message_id: str, content: bytes) -> None:
    """Keeps a mail's bytes and its id for all attempts."""
    await db.execute(
        sql("update outgoing_mails set message_id = {}, content = {} where id = {}", message_id, content, mail_id)
    )


async def add_sent_ids(
    db: Db, organization_id: UUID, ids: Sequence[str], mail: OutgoingMail, kind: str, now: datetime
) -> None:
    """Remembers the ticket, and the comment, that answers to these ids are about."""
    await db.execute(
        sql(
            "insert into mail_ids (organization_id, digest, kind, mail_id, message_id, ticket_id, comment_id, created_at) "
            "select {}, n.digest, {}, {}, n.message_id, {}, {}, {} from unnest({}::bytea[], {}::text[]) n (digest, message_id) "
            "on conflict do nothing",
            organization_id, kind, mail.id, mail.ticket_id, mail.comment_id, now, [digest_of(each) for each in ids],
            list(ids),
        )
    )  # fmt: skip


async def mailbox_of(db: Db, ticket_id: UUID | None) -> UUID | None:
    """The mailbox that the ticket's first mail came to; else its group's, else the default one."""
    value = await db.fetch_value(
        sql(
            "select b.id from mailboxes b left join tickets t on t.organization_id = b.organization_id and t.id = {} "
            "order by (b.enabled and b.id = (select r.mailbox_id from received_mails r where r.ticket_id = {} "
            "and r.mailbox_id is not null order by r.arrived_at limit 1)) desc nulls last, "
            "(b.enabled and b.group_id = t.group_id) desc nulls last, b.is_default desc, b.created_at limit 1",
            ticket_id,
            ticket_id,
        )
    )
    return None if value is None else UUID(bytes=value.bytes)


async def languages_for(db: Db, ticket_id: UUID, mailbox_id: UUID | None) -> list[str | None]:
    """The languages in which its requester may be written to, the best first: their own, that of their latest mail here, the
    mailbox's and the organization's.
    """
    row = await db.fetch_one(
        sql(
            "select m.web_preferences->>'language' as own, (select r.language from received_mails r "
            "where r.ticket_id = t.id and r.sender_id = t.requester_id and r.language is not null "
            "order by r.arrived_at desc limit 1) as written, (select b.language from mailboxes b where b.id = {}) as box, "
            "(select o.settings->>'language' from organizations o where o.id = t.organization_id) as organization "
            "from tickets t join memberships m on m.organization_id = t.organization_id and m.user_id = t.requester_id "
            "where t.id = {}",
            mailbox_id,
            ticket_id,
        )
    )
    return [] if row is None else [row["own"], row["written"], row["box"], row["organization"]]


async def language_of_member(db: Db, user_id: UUID) -> str | None:
    """The language that a member has chosen; None for none."""
    value = await db.fetch_value(
        sql("select web_preferences->>'language' from memberships where user_id = {}", user_id)
    )
    return None if value is None else str(value)


async def signature_of(db: Db, user_id: UUID) -> str:
    """The signature below a member's replies; empty for none."""
    value = await db.fetch_value(
        sql("select web_preferences->>'signature' from memberships where user_id = {}", user_id)
    )
    return str(value or "")


async def is_chatting(db: Db, ticket_id: UUID) -> bool:
    """Whether the ticket is a chat that goes on."""
    return bool(
        await db.fetch_value(
            sql("select exists (select from chats c where c.ticket_id = {} and c.ended_at is null)", ticket_id)
        )
    )


async def sender(db: Db, mailbox_id: UUID | None) -> Sender | None:
    """A mailbox with its own address; for None or an unknown one the default."""
    row = await db.fetch_one(
        sql(
            "select b.id, b.name, b.separator, b.sender_form, b.signature, b.quote, b.subject_tag, b.language, "
            "(select a.address from mailbox_addresses a where a.organization_id = b.organization_id "
            "and a.mailbox_id = b.id and a.kind = 'primary') as address "
            "from mailboxes b where b.id = {} or b.is_default order by b.id = {} desc limit 1",
            mailbox_id,
            mailbox_id,
        )
    )
    return read_one(Sender, row)


async def organization_name(db: Db) -> str:
    """The name of the entered organization."""
    return str(await db.fetch_value(sql("select name from organizations where id = (select deskbell_organization())")))


async def first_subject(db: Db, ticket_id: UUID) -> str | None:
    """The subject under which a ticket's conversation by mail began; None while there is no mail."""
    value = await db.fetch_value(
        sql(
            "select s.subject from ((select o.subject, o.created_at from outgoing_mails o where o.ticket_id = {} "
            "order by o.created_at limit 1) union all (select r.subject, r.arrived_at from received_mails r "
            "where r.ticket_id = {} and r.state = 'created' order by r.arrived_at limit 1)) s (subject, at) "
            "order by s.at limit 1",
            ticket_id,
            ticket_id,
        )
    )
    return None if value is None else str(value)


async def ids_known_to(db: Db, ticket_id: UUID, person_id: UUID | None, before: datetime) -> list[KnownId]:
    """The ids of a ticket's mails that a person wrote or was sent, the newest first, at most four."""
    rows = await db.fetch_all(
        sql(
            "select k.message_id, k.at from ("
            "(select r.message_id, r.arrived_at as at from received_mails r where r.ticket_id = {} and r.sender_id = {} "
            "and r.message_id is not null and r.arrived_at < {} order by r.arrived_at desc limit 4) union all "
            "(select o.message_id, o.created_at from mail_deliveries d join outgoing_mails o "
            "on o.organization_id = d.organization_id and o.id = d.mail_id where d.recipient_id = {} and o.ticket_id = {} "
            "and o.message_id is not null and o.created_at < {} order by d.created_at desc limit 4)) k "
            "order by k.at desc limit 4",
            ticket_id, person_id, before, person_id, ticket_id, before,
        )
    )  # fmt: skip
    return read(KnownId, rows)


async def first_id(db: Db, ticket_id: UUID) -> str | None:
    """The id of the mail that opened a ticket."""
    value = await db.fetch_value(
        sql(
            "select r.message_id from received_mails r where r.ticket_id = {} and r.state = 'created' "
            "order by r.arrived_at limit 1",
            ticket_id,
        )
    )
    return None if value is None else str(value)


async def answered_words(db: Db, ticket_id: UUID, author_id: UUID, before: datetime) -> AnsweredWords | None:
    """The last public words of another person than the author; else the description, if it is another's."""
    row = await db.fetch_one(
        sql(
            "select w.name, w.at, w.body from ("
            "(select m.name, c.created_at as at, c.body, 0 as place from comments c join memberships m "
            "on m.organization_id = c.organization_id and m.user_id = c.author_id where c.ticket_id = {} and c.public "
            "and not c.automatic and c.author_id <> {} and c.created_at < {} order by c.created_at desc limit 1) union all "
            "(select m.name, t.created_at, t.description, 1 from tickets t join memberships m "
            "on m.organization_id = t.organization_id and m.user_id = t.requester_id where t.id = {} and t.requester_id <> {})"
            ") w order by w.place limit 1",
            ticket_id, author_id, before, ticket_id, author_id,
        )
    )  # fmt: skip
    return read_one(AnsweredWords, row)


async def conversation(db: Db, ticket_id: UUID, before: datetime, limit: int) -> list[AnsweredWords]:
    """The public words of a ticket before a moment, the newest first; its description is the last of them."""
    rows = await db.fetch_all(
        sql(
            "select w.name, w.at, w.body from ("
            "(select m.name, c.created_at as at, c.body, 0 as place from comments c join memberships m "
            "on m.organization_id = c.organization_id and m.user_id = c.author_id where c.ticket_id = {} and c.public "
            "and not c.automatic and c.created_at < {} order by c.created_at desc limit {}) union all "
            "(select m.name, t.created_at, t.description, 1 from tickets t join memberships m "
            "on m.organization_id = t.organization_id and m.user_id = t.requester_id where t.id = {})"
            ") w order by w.place, w.at desc limit {}",
            ticket_id, before, limit, ticket_id, limit,
        )
    )  # fmt: skip
    return read(AnsweredWords, rows)


async def file_keys(db: Db, file_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Where the contents of files are."""
    rows = await db.fetch_all(sql("select id, storage_key from files where id = any({})", list(file_ids)))
    return {UUID(bytes=row["id"].bytes): row["storage_key"] for row in rows}


async def delete_contents(db: Db, moment: datetime, limit: int) -> int:
    """Deletes the bytes of finished mails of all organizations; returns their number."""
    return int(await db.fetch_value(sql("select deskbell_forget_mail_contents({}, {})", moment, limit)))


async def are_staff(db: Db, user_ids: Sequence[UUID | None]) -> bool:
    """Whether each of these people is a present member of the staff."""
    ids = list(dict.fromkeys(user_ids))
    found = await db.fetch_value(
        sql("select count(*) from memberships where user_id = any({}) and role <> 'customer' and ended_at is null", ids)
    )
    return bool(found == len(ids))


async def mark_reopened(db: Db, mail_id: UUID, now: datetime) -> bool:
    """Notes that a failure of a mail has reopened its ticket; False if one did before."""
    return bool(
        await db.execute(
            sql("update outgoing_mails set reopened_at = {} where id = {} and reopened_at is null", now, mail_id)
        )
    )


async def of_message_ids(db: Db, message_ids: Sequence[str]) -> OutgoingMail | None:
    """The mail that was sent under one of these ids, ours or a relay's."""
    return await _MAILS.find(
        db,
        sql(
            "o.id = (select i.mail_id from mail_ids i where i.digest = any({}) and i.kind in ('sent', 'provider') limit 1)",
            [digest_of(each) for each in message_ids],
        ),
    )

"""Deletion of rows and contents that hold nothing but a person."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from deskbell.runtime.journal.readers import reader
from deskbell.runtime.sql import Db, sql

reader("own_data_calls", "The deletion of a person, which deletes the calls of webhooks about them.")


async def remove_access(db: Db, user_id: UUID) -> None:
    """Deletes sessions, keys, further addresses, follows, reads, notifications and pictures of a person."""
    await db.execute(sql("delete from sessions where user_id = {}", user_id))
    await db.execute(sql("delete from api_keys where user_id = {}", user_id))
    await db.execute(sql("delete from avatars where user_id = {}", user_id))
    await db.execute(sql("delete from contact_addresses where user_id = {}", user_id))
    await db.execute(sql("delete from ticket_followers where user_id = {}", user_id))
    await db.execute(sql("delete from ticket_reads where user_id = {}", user_id))
    await db.execute(sql("delete from notifications where user_id = {}", user_id))
    await db.execute(sql("delete from notification_preferences where user_id = {}", user_id))
    await db.execute(sql("delete from summaries where user_id = {}", user_id))
    await db.execute(sql("delete from article_votes where voter = {}", str(user_id)))


def _whole(words: Sequence[str]) -> str:
    """A pattern of PostgreSQL for one of these words, and not for a part of a longer address."""
    return "(?<![a-z0-9_.%+-])(" + "|".join(map(re.escape, words)) + ")(?![a-z0-9_%+-]|[.][a-z0-9])"


async def remove_answers(db: Db, user_id: UUID, words: Sequence[str]) -> None:
    """Deletes answers that are kept for repeated requests: those to the person, and those that hold one of these words."""
    await db.execute(
        sql(
            "delete from idempotency_keys k where k.caller = {} or encode(k.body, 'escape') ~* {}",
            user_id,
            _whole(words),
        )
    )


async def remove_files(db: Db, organization_id: UUID, user_id: UUID, now: datetime) -> None:
    """Deletes the files that a person uploaded; their contents go with those of other deleted files."""
    await db.execute(
        sql("delete from attachments a using files f where f.id = a.file_id and f.uploaded_by = {} "
            "and f.organization_id = a.organization_id", user_id)
    )  # fmt: skip
    await db.execute(
        sql("delete from mail_parts p using files f where f.id = p.file_id and f.uploaded_by = {} "
            "and f.organization_id = p.organization_id", user_id)
    )  # fmt: skip
    await db.execute(
        sql(
            "with gone as (delete from files where uploaded_by = {} returning storage_key) "
            "insert into removed_files (organization_id, storage_key, removed_at) "
            "select {}::uuid, storage_key, {}::timestamptz from gone on conflict do nothing",
            user_id, organization_id, now,
        )
    )  # fmt: skip


async def remove_mail(
    db: Db, organization_id: UUID, user_id: UUID, requested: Sequence[UUID], addresses: Sequence[str], now: datetime
) -> None:
    """Deletes the mails of tickets that the person asked for, those that they sent or got, and what is noted of their addresses.

    The words of mails are comments, too, and stay as such.
    """
    tickets, known = list(requested), list(addresses)
    await db.execute(sql("delete from mail_ids where ticket_id = any({}::uuid[])", tickets))
    await db.execute(
        sql("delete from mail_ids i using received_mails r where r.organization_id = i.organization_id and r.id = i.mail_id "
            "and r.sender_id = {}", user_id)
    )  # fmt: skip
    await db.execute(
        sql(
            "with gone as (delete from received_mails where sender_id = {} or ticket_id = any({}::uuid[]) "
            "or from_address = any({}::text[]) or envelope_from = any({}::text[]) returning raw_key) "
            "insert into removed_files (organization_id, storage_key, removed_at) "
            "select {}::uuid, raw_key, {}::timestamptz from gone where raw_key is not null on conflict do nothing",
            user_id, tickets, known, known, organization_id, now,
        )
    )  # fmt: skip
    await _remove_outgoing(db, user_id, tickets, known)
    await db.execute(sql("delete from suppressed_addresses where address = any({}::text[])", known))
    await db.execute(sql("delete from mail_senders where address = any({}::text[])", known))
    await db.execute(
        sql(
            "update mailboxes b set "
            "form_senders = array(select s from unnest(b.form_senders) s where s <> all({}::text[])), "
            "exempt_senders = array(select s from unnest(b.exempt_senders) s where s <> all({}::text[])) "
            "where b.form_senders && {}::text[] or b.exempt_senders && {}::text[]",
            known, known, known, known,
        )
    )  # fmt: skip


async def _remove_outgoing(db: Db, user_id: UUID, tickets: list[UUID], known: list[str]) -> None:
    """Deletes mails to the person, and those of their tickets unless other recipients still wait for them."""
    await db.execute(
        sql(
            "delete from outgoing_mails o where o.kind = 'notice' and exists (select from mail_deliveries d "
            "where d.organization_id = o.organization_id and d.mail_id = o.id and d.recipient_id = {})",
            user_id,
        )
    )
    await db.execute(
        sql(
            "update outgoing_mails o set content = null where content is not null and exists (select from mail_deliveries d "
            "where d.organization_id = o.organization_id and d.mail_id = o.id "
            "and (d.recipient_id = {} or d.address = any({}::text[])))",
            user_id,
            known,
        )
    )
    await db.execute(
        sql("delete from mail_deliveries where recipient_id = {} or address = any({}::text[])", user_id, known)
    )
    await remove_outgoing_of(db, user_id, tickets)


async def remove_outgoing_of(db: Db, user_id: UUID, tickets: Sequence[UUID]) -> None:
    """Deletes the mails of a person's tickets, unless other recipients still wait for them."""
    tickets = list(tickets)
    await db.execute(
        sql(
            "delete from mail_deliveries d using outgoing_mails o where o.ticket_id = any({}::uuid[]) "
            "and d.mail_id = o.id and d.organization_id = o.organization_id and d.recipient_id = {}",
            tickets, user_id,
        )
    )  # fmt: skip
    await db.execute(
        sql(
            "delete from outgoing_mails o where o.ticket_id = any({}::uuid[]) and not exists (select from mail_deliveries d "
            "where d.organization_id = o.organization_id and d.mail_id = o.id and d.next_try_at is not null)",
            tickets,
        )
    )
    # Others wait for the rest: the next attempt makes these mails again, from words without the person.
    await db.execute(
        sql(
            "update outgoing_mails set content = null where ticket_id = any({}::uuid[]) and content is not null",
            tickets,
        )
    )


async def remove_calls(db: Db, user_id: UUID, tickets: Sequence[UUID]) -> None:
    """Deletes the calls of webhooks about the person and these tickets: their bodies hold the person's data."""
    await db.execute(
        sql(
            "delete from webhook_deliveries d where exists (select from events e "
            "where e.organization_id = d.organization_id and e.id = d.event_id "
            "and (e.subject_id = {} or e.actor_id = {}))",
            user_id, user_id,
        )
    )  # fmt: skip
    await remove_calls_of(db, tickets)


async def remove_calls_of(db: Db, tickets: Sequence[UUID]) -> None:
    """Deletes the calls of webhooks about tickets, and the addresses that rules have called or written to."""
    await db.execute(sql("delete from webhook_deliveries d where d.ticket_id = any({}::uuid[])", list(tickets)))
    await db.execute(
        sql("update rule_effects set address = null where ticket_id = any({}::uuid[]) and address is not null",
            list(tickets))
    )  # fmt: skip


async def remove_exports(db: Db) -> None:
    """Deletes the files of exports and imports that have ended, and the lines shown of them: nothing says who is in them."""
    await db.execute(
        sql(
            "update transfers set storage_key = null, rejects_key = null, expires_at = null, refused = jsonb_build_array(), "
            "adjusted = jsonb_build_array() where finished_at is not null"
        )
    )


async def remove_kept_mails(db: Db, addresses: Sequence[str], before: datetime) -> None:
    """Deletes older mails of the outbox, which a server without a mail server has, to these addresses or with one of them."""
    await db.execute(
        sql(
            "delete from outbox o where o.kept_at < {} "
            "and concat_ws(' ', o.recipient, o.subject, o.headers::text, o.body_text, o.body_html) ~* {}",
            before,
            _whole(addresses),
        )
    )


async def remove_of_tickets(
    db: Db, organization_id: UUID, user_id: UUID, tickets: Sequence[UUID], now: datetime
) -> None:
    """Deletes a person's files, mails, follows, reads and notifications of some tickets that they asked for."""
    some = list(tickets)
    await db.execute(
        sql(
            "with theirs as (select distinct f.id from attachments a join files f on f.organization_id = a.organization_id "
            "and f.id = a.file_id where a.ticket_id = any({}::uuid[]) and f.uploaded_by = {}), "
            "links as (delete from attachments a using theirs t where a.file_id = t.id), "
            "parts as (delete from mail_parts p using theirs t where p.file_id = t.id), "
            "gone as (delete from files f using theirs t where f.id = t.id returning f.storage_key) "
            "insert into removed_files (organization_id, storage_key, removed_at) "
            "select {}::uuid, storage_key, {}::timestamptz from gone on conflict do nothing",
            some, user_id, organization_id, now,
        )
    )  # fmt: skip
    await db.execute(sql("delete from mail_ids where ticket_id = any({}::uuid[])", some))
    await db.execute(
        sql(
            "with gone as (delete from received_mails where ticket_id = any({}::uuid[]) returning raw_key) "
            "insert into removed_files (organization_id, storage_key, removed_at) "
            "select {}::uuid, raw_key, {}::timestamptz from gone where raw_key is not null on conflict do nothing",
            some, organization_id, now,
        )
    )  # fmt: skip
    await db.execute(
        sql("delete from ticket_followers where ticket_id = any({}::uuid[]) and user_id = {}", some, user_id)
    )
    await db.execute(sql("delete from ticket_reads where ticket_id = any({}::uuid[]) and user_id = {}", some, user_id))
    await db.execute(sql("delete from notifications where ticket_id = any({}::uuid[]) and user_id = {}", some, user_id))

"""Texts that may name a person, each with the rows of its table that may."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.kernel.redaction import Redactor
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

reader("own_data_words", "The deletion of a person, which takes their words out of the events.")

_BATCH: Final = 200
"""The number of tickets whose texts are in memory at a time."""


class _TicketWords(Struct, frozen=True):
    id: UUID
    subject: str
    description: str
    description_html: str | None
    custom_fields: list[Any]


class _CommentWords(Struct, frozen=True):
    id: UUID
    body: str
    body_html: str | None
    quoted: str | None


class _AttachmentWords(Struct, frozen=True):
    id: UUID
    filename: str
    url: str | None


class _FileWords(Struct, frozen=True):
    id: UUID
    filename: str


class _Rating(Struct, frozen=True):
    ticket_id: UUID
    comment: str | None


class _NotificationWords(Struct, frozen=True):
    id: UUID
    title: str
    message: str


class _HeldWords(Struct, frozen=True):
    id: UUID
    body: str
    attachments: list[Any]
    document: dict[str, Any] | None


class _DraftWords(Struct, frozen=True):
    id: UUID
    body: str
    document: dict[str, Any] | None


class _OutgoingWords(Struct, frozen=True):
    id: UUID
    subject: str
    words: str | None
    words_html: str | None


class _ReceivedWords(Struct, frozen=True):
    id: UUID
    from_name: str
    subject: str
    html: str | None
    evidence: str | None


class _Chat(Struct, frozen=True):
    ticket_id: UUID
    guest_name: str


class _Payload(Struct, frozen=True):
    id: int
    payload: dict[str, Any]


_TICKETS: Final = Table("tickets", _TicketWords, "t")
_COMMENTS: Final = Table("comments", _CommentWords, "c")
_ATTACHMENTS: Final = Table("attachments", _AttachmentWords, "a")
_FILES: Final = Table("files", _FileWords, "f")
_RATINGS: Final = Table("ticket_feedback", _Rating, "r", key="ticket_id")
_NOTIFICATIONS: Final = Table("notifications", _NotificationWords, "n")
_HELD: Final = Table("held_comments", _HeldWords, "h")
_DRAFTS: Final = Table("drafts", _DraftWords, "d")
_OUTGOING: Final = Table("outgoing_mails", _OutgoingWords, "o")
_RECEIVED: Final = Table("received_mails", _ReceivedWords, "m")
_CHATS: Final = Table("chats", _Chat, "k", key="ticket_id")
_EVENTS: Final = Table("events", _Payload, "e")

# Events about the person keep which fields changed, without the values.
_WITHOUT_VALUES: Final = (
    "update events e set payload = e.payload - 'ip' || case when jsonb_typeof(e.payload -> 'changes') = 'object' then "
    "jsonb_build_object('changes', (select coalesce(jsonb_object_agg(c.key, jsonb_build_object('was', null, 'now', null)), "
    "jsonb_build_object()) from jsonb_each(e.payload -> 'changes') c)) else jsonb_build_object() end "
    "where {} and e.subject_id = {} and e.subject_type = 'member'"
)


async def redact_tickets(db: Db, redactor: Redactor, tickets: Sequence[UUID]) -> None:
    """Takes a person's words out of tickets and everything that belongs to them."""
    for start in range(0, len(tickets), _BATCH):
        some = list(tickets[start : start + _BATCH])
        for table, where in (
            (_TICKETS, sql("t.id = any({}::uuid[])", some)),
            (_COMMENTS, sql("c.ticket_id = any({}::uuid[])", some)),
            (_FILES, sql("f.id in (select a.file_id from attachments a where a.ticket_id = any({}::uuid[]))", some)),
            (_ATTACHMENTS, sql("a.ticket_id = any({}::uuid[])", some)),
            (_RATINGS, sql("r.ticket_id = any({}::uuid[])", some)),
            (_NOTIFICATIONS, sql("n.ticket_id = any({}::uuid[])", some)),
            (_HELD, sql("h.ticket_id = any({}::uuid[])", some)),
            (_OUTGOING, sql("o.ticket_id = any({}::uuid[])", some)),
            (_RECEIVED, sql("m.ticket_id = any({}::uuid[])", some)),
            (_CHATS, sql("k.ticket_id = any({}::uuid[])", some)),
            (_EVENTS, sql("e.organization_id = (select deskbell_organization()) and e.ticket_id = any({}::uuid[])", some)),
        ):  # fmt: skip
            await _redact(db, redactor, table, where)


async def redact_recipients(db: Db, organization_id: UUID, tickets: Sequence[UUID], addresses: Sequence[str]) -> None:
    """Takes addresses out of the recipients of others' mails on these tickets, and deletes the mails as they came in."""
    some, known = list(tickets), list(addresses)
    await db.execute(
        sql(
            "update received_mails m set "
            "to_addresses = array(select s from unnest(m.to_addresses) s where s <> all({}::text[])), "
            "cc_addresses = array(select s from unnest(m.cc_addresses) s where s <> all({}::text[])), "
            "envelope_to = array(select s from unnest(m.envelope_to) s where s <> all({}::text[])) "
            "where m.ticket_id = any({}::uuid[])",
            known, known, known, some,
        )
    )  # fmt: skip
    await db.execute(
        sql(
            "insert into removed_files (organization_id, storage_key) select {}, m.raw_key from received_mails m "
            "where m.ticket_id = any({}::uuid[]) and m.raw_key is not null on conflict do nothing",
            organization_id, some,
        )
    )  # fmt: skip
    await db.execute(
        sql(
            "update received_mails m set raw = null, raw_key = null, headers = null "
            "where m.ticket_id = any({}::uuid[]) and m.state <> 'received'",
            some,
        )
    )


async def redact_events(
    db: Db, redactor: Redactor, user_id: UUID, addresses: Sequence[str], mailed: Sequence[UUID]
) -> None:
    """Takes a person's words out of the events about them, by them, and about mail with them or on these tickets."""
    ours = sql("e.organization_id = (select deskbell_organization())")
    await db.execute(sql(_WITHOUT_VALUES, ours, user_id))
    await _redact(db, redactor, _EVENTS, sql("{} and e.subject_id = {}", ours, user_id))
    await _redact(db, redactor, _EVENTS, sql("{} and e.actor_id = {}", ours, user_id))
    mails = sql("{} and e.type in ('mail.bounced', 'mail.failed', 'mail.loop_stopped', 'mail.command_refused', "
                "'mail.quarantined', 'mail_address.suppressed', 'mail_address.allowed')", ours)  # fmt: skip
    await _redact(
        db, redactor, _EVENTS,
        sql("{} and (e.payload ->> 'address' = any({}::text[]) or e.payload ->> 'sender_id' = {} "
            "or e.payload ->> 'on_ticket_id' = any({}::text[]))",
            mails, list(addresses), str(user_id), [str(each) for each in mailed]),
    )  # fmt: skip
    theirs = sql("{} and e.type in ('notification.created', 'notification.deleted', 'api_key.created', 'api_key.revoked', "
                 "'group.member_added', 'group.member_changed', 'group.member_removed')", ours)  # fmt: skip
    await _redact(db, redactor, _EVENTS, sql("{} and e.payload ->> 'user_id' = {}", theirs, str(user_id)))
    await _redact(db, redactor, _NOTIFICATIONS, sql("n.actor_id = {}", user_id))


async def drafts_about(db: Db, tickets: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Drafts about tickets, each with its author before it."""
    rows = await db.fetch_all(sql("select author_id, id from deskbell_drafts_about({})", list(tickets)))
    return [(row["author_id"], row["id"]) for row in rows]


async def redact_draft(db: Db, redactor: Redactor, draft_id: UUID) -> None:
    """Takes a person's words out of a draft; its author must be entered."""
    await _redact(db, redactor, _DRAFTS, sql("d.id = {}", draft_id))


async def _redact(db: Db, redactor: Redactor, table: Table[Any], where: Fragment) -> None:
    """Rewrites the rows whose texts change. HTML of a changed text goes: its markup may have been between the words."""
    for row in await table.fetch(db, where):
        before = msgspec.structs.asdict(row)
        after = {name: redactor.value(value) if name != table.key else value for name, value in before.items()}
        if after != before:
            for name in ("description_html", "body_html", "words_html", "html", "quoted"):
                if name in after:
                    after[name] = None
            changed = [name for name in after if after[name] != before[name]]
            await db.execute(table.update(msgspec.structs.replace(row, **after), *changed))

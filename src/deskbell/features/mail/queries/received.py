"""Received mails."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from deskbell.features.mail import policy
from deskbell.features.mail.records import Judged, NewMail, Outcome, ReceivedMail, StoredContent
from deskbell.kernel.mail.records import Person, address_key
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_MAILS: Final = Table(
    "received_mails", ReceivedMail, "r",
    columns={
        "ticket_number": (
            "(select t.number from tickets t where t.organization_id = r.organization_id and t.id = r.ticket_id)"
        )
    },
)  # fmt: skip
_NEW: Final = Table("received_mails", NewMail, "r")
_CONTENTS: Final = Table("received_mails", StoredContent, "r")


def digest_for(mailbox_id: UUID, digest: bytes) -> bytes:
    """The digest of a mail that is a mailbox's own, although another one has it, too."""
    return hashlib.sha256(mailbox_id.bytes + digest).digest()


async def add(db: Db, organization_id: UUID, new_mail: NewMail, now: datetime, take_at: datetime) -> bool:
    """Stores a mail; False for one with the bytes of an earlier one, which is stored as its duplicate, without them.

    A mail that another mailbox has is none, where one of the two gets tickets of its own.
    """
    stored = await _insert(db, organization_id, new_mail, now, take_at)
    if not stored and new_mail.mailbox_id is not None:
        other = await db.fetch_value(
            sql(
                "select mailbox_id from received_mails where raw_digest = {} and duplicate_of is null",
                new_mail.raw_digest,
            )
        )
        if await are_apart(db, new_mail.mailbox_id, None if other is None else UUID(bytes=other.bytes)):
            new_mail = replace(new_mail, raw_digest=digest_for(new_mail.mailbox_id, new_mail.raw_digest))
            stored = await _insert(db, organization_id, new_mail, now, take_at)
    if not stored:
        await db.execute(
            sql(
                "insert into received_mails (organization_id, id, source, size, raw_digest, envelope_from, envelope_to, "
                "peer, mailbox_id, arrived_at, state, done_at, duplicate_of) "
                "select {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 'duplicate', {}, o.id from received_mails o "
                "where o.raw_digest = {} and o.duplicate_of is null",
                organization_id, new_mail.id, new_mail.source, new_mail.size, new_mail.raw_digest, new_mail.envelope_from,
                new_mail.envelope_to, new_mail.peer, new_mail.mailbox_id, now, now, new_mail.raw_digest,
            )
        )  # fmt: skip
    return stored


async def _insert(db: Db, organization_id: UUID, new_mail: NewMail, now: datetime, take_at: datetime) -> bool:
    return bool(
        await db.execute(
            sql(
                "{} on conflict do nothing",
                _NEW.insert(
                    new_mail,
                    organization_id=organization_id,
                    arrived_at=now,
                    done_at=None if new_mail.state == "received" else now,
                    next_try_at=take_at if new_mail.state == "received" else None,
                ),
            )
        )
    )


async def place(db: Db, mail_id: UUID, mailbox_id: UUID) -> bool:
    """Gives a mail that waits and has no mailbox to one; False if it has one, or is filed."""
    return bool(
        await db.execute(
            sql(
                "update received_mails set mailbox_id = {} where id = {} and mailbox_id is null and next_try_at is not null",
                mailbox_id,
                mail_id,
            )
        )
    )


async def are_apart(db: Db, mailbox_id: UUID, other_id: UUID | None) -> bool:
    """Whether a mail to both of two mailboxes becomes a ticket of each: they are two, and one of them wants that."""
    return bool(
        await db.fetch_value(
            sql(
                "select exists (select from mailboxes b where b.each_mailbox and b.id in ({}, {}) and {}::uuid <> {}::uuid)",
                mailbox_id, other_id, mailbox_id, other_id,
            )
        )
    )  # fmt: skip


async def lock_turn(db: Db, organization_id: UUID) -> None:
    """Takes the organization's turn until commit, so that one mail at a time is filed."""
    await db.execute(sql("select pg_advisory_xact_lock(hashtextextended({}, 0))", f"mail {organization_id}"))


async def lock(db: Db, mail_id: UUID) -> ReceivedMail | None:
    """A mail, locked until the unit ends."""
    return await _MAILS.find(db, sql("r.id = {} for update", mail_id))


async def find(db: Db, mail_id: UUID) -> ReceivedMail | None:
    """A mail; a duplicate has the ticket and the comment of the mail that it repeats."""
    mail = await _MAILS.find(db, sql("r.id = {}", mail_id))
    if mail is None or mail.duplicate_of is None:
        return mail
    first = await _MAILS.find(db, sql("r.id = {}", mail.duplicate_of))
    if first is None:
        return mail
    return ReceivedMail(
        id=mail.id, mailbox_id=mail.mailbox_id, state=mail.state, reason=mail.reason, tries=mail.tries,
        duplicate_of=mail.duplicate_of, from_address=first.from_address, subject=first.subject,
        ticket_id=first.ticket_id, ticket_number=first.ticket_number, comment_id=first.comment_id,
        arrived_at=mail.arrived_at,
    )  # fmt: skip


async def waiting_before(db: Db, mail_id: UUID, message_ids: Sequence[str], limit: int) -> list[UUID]:
    """The mails with these ids that came before a mail and wait to be filed, the oldest first."""
    rows = await db.fetch_all(
        sql(
            "select w.id from received_mails w join received_mails m on m.organization_id = w.organization_id "
            "where m.id = {} and w.message_id = any({}) and w.next_try_at is not null "
            "and (w.arrived_at, w.id) < (m.arrived_at, m.id) order by w.arrived_at, w.id limit {}",
            mail_id,
            list(message_ids),
            limit,
        )
    )
    return [UUID(bytes=row["id"].bytes) for row in rows]


async def with_content(db: Db, content_digest: bytes) -> ReceivedMail | None:
    """The mail that has this content."""
    return await _MAILS.find(db, sql("r.content_digest = {} and r.duplicate_of is null", content_digest))


async def finish(
    db: Db,
    mail_id: UUID,
    judged: Judged,
    outcome: Outcome,
    mailbox_id: UUID | None,
    content_digest: bytes,
    headers: Mapping[str, str],
    now: datetime,
) -> ReceivedMail | None:
    """Writes a mail's final state with what was read, and returns the mail."""
    mail = judged.mail
    row = await db.fetch_one(
        sql(
            "update received_mails r set state = {}, reason = {}, ticket_id = {}, comment_id = {}, sender_id = {}, "
            "mailbox_id = {}, duplicate_of = {}, content_digest = {}, message_id = {}, from_name = {}, from_address = {}, "
            "to_addresses = {}, cc_addresses = {}, subject = {}, sent_at = {}, verdict = {}, evidence = {}, class = {}, "
            "html = {}, language = {}, headers = {}, next_try_at = null, done_at = {} where r.id = {} returning {}",
            outcome.state, outcome.reason, outcome.ticket_id, outcome.comment_id, outcome.sender_id, mailbox_id,
            outcome.duplicate_of, content_digest or None, mail.message_id,
            mail.author.name if mail.author else "", mail.author.key if mail.author else None, _keys(mail.to),
            _keys(mail.cc), mail.subject, mail.date, judged.verdict, judged.evidence, judged.kind, mail.html,
            policy.language_of(mail),
            msgspec.json.encode(headers).decode() if headers else None, now, mail_id,
            _MAILS.columns,
        ),
        by_name=True,
    )  # fmt: skip
    return _MAILS.read_one(row)


async def give_up(db: Db, mail_id: UUID, state: str, reason: str, now: datetime) -> None:
    """Writes the final state of a mail that could not be read."""
    await db.execute(
        sql(
            "update received_mails set state = {}, reason = {}, next_try_at = null, done_at = {} "
            "where id = {} and next_try_at is not null",
            state,
            reason,
            now,
            mail_id,
        )
    )


async def claim(db: Db, now: datetime, lease_until: datetime, batch_size: int) -> list[tuple[UUID, UUID]]:
    """Claims stored mails of all organizations that no other process is filing: organization and id, oldest first."""
    rows = await db.fetch_all(
        sql("select organization_id, id from deskbell_claim_mails({}, {}, {})", now, lease_until, batch_size)
    )
    return _places(rows)


async def content_of(db: Db, mail_id: UUID) -> StoredContent | None:
    """The bytes of a mail, or their key in the storage."""
    return await _CONTENTS.find(db, sql("r.id = {}", mail_id))


async def postpone(db: Db, mail_id: UUID, until: datetime, *, counts: bool) -> int:
    """Notes a failed try of a mail that is not filed yet; returns the number of tries that count."""
    tries = await db.fetch_value(
        sql(
            "update received_mails set tries = tries + {}, next_try_at = {} "
            "where id = {} and next_try_at is not null returning tries",
            int(counts),
            until,
            mail_id,
        )
    )
    return int(tries or 0)


async def to_move(db: Db, limit: int) -> list[tuple[UUID, UUID]]:
    """Mails of all organizations that are done and have their content in the row: organization and id."""
    return _places(await db.fetch_all(sql("select organization_id, id from deskbell_mails_to_move({})", limit)))


async def mark_moved(db: Db, mail_id: UUID, key: str) -> bool:
    """Empties the row of a mail whose content is in the storage; False if its time was over meanwhile."""
    return bool(
        await db.execute(
            sql("update received_mails set raw = null, raw_key = {} where id = {} and raw is not null", key, mail_id)
        )
    )


async def delete_contents(db: Db, arrived_before: datetime, limit: int) -> int:
    """Deletes the contents of mails of all organizations that arrived before a moment; returns their number."""
    return int(await db.fetch_value(sql("select deskbell_forget_raw_mails({}, {})", arrived_before, limit)))


async def old_quarantine(db: Db, arrived_before: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Mails of all organizations that arrived before a moment and are in quarantine: organization and id."""
    return _places(
        await db.fetch_all(
            sql("select organization_id, id from deskbell_old_quarantine({}, {})", arrived_before, limit)
        )
    )


async def in_quarantine(db: Db, arrived_from: datetime, arrived_before: datetime) -> list[tuple[UUID, int]]:
    """The organizations with mails in quarantine that arrived between two moments, and how many."""
    rows = await db.fetch_all(
        sql("select organization_id, mails from deskbell_quarantine_since({}, {})", arrived_from, arrived_before)
    )
    return [(UUID(bytes=row["organization_id"].bytes), int(row["mails"])) for row in rows]


async def created_since(db: Db, address: str, moment: datetime) -> int:
    """The number of tickets that mails from an address have opened since a moment."""
    return int(
        await db.fetch_value(
            sql(
                "select count(*) from received_mails where state = 'created' and from_address = {} and arrived_at > {}",
                address,
                moment,
            )
        )
    )


def _places(rows: Sequence[Any]) -> list[tuple[UUID, UUID]]:
    return [(UUID(bytes=row["organization_id"].bytes), UUID(bytes=row["id"].bytes)) for row in rows]


def _keys(people: Sequence[Person]) -> list[str]:
    return [address_key(person.address) for person in people]

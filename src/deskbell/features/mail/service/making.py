"""Making the bytes of an outgoing mail, once for all of its recipients and attempts."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from itertools import accumulate
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.mail import composing, wording
from deskbell.features.mail.composing import Letter
from deskbell.features.mail.facts import Facts
from deskbell.features.mail.outgoing import AnsweredWords, OutgoingMail, SentFile
from deskbell.features.mail.queries import deliveries, outgoing, revisions
from deskbell.features.mail.queries import templates as template_queries
from deskbell.features.mail.service.sending import goes_out
from deskbell.features.tickets.comment_records import Attachment, Comment
from deskbell.features.tickets.queries import comments, tickets
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.access import step
from deskbell.kernel.mail.ids import IdKind, TokenKind, make_message_id, make_token, make_unsubscribe_token
from deskbell.kernel.mail.records import Person
from deskbell.kernel.mail.subjects import tagged
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.messages import language_of

MAX_FILES: Final = 14 * 1024 * 1024
"""In bytes before they are encoded: about 20 MB as a mail, which most servers take."""
_FROM: Final = {"de": "{person} von {name}", "en": "{person} at {name}"}
MAX_QUOTED: Final = 20
"""Messages of a conversation that a reply quotes at most, the newest ones."""
MAX_QUOTED_SIZE: Final = 50_000
"""In characters: what a mail quotes in all, if it quotes more than one message."""


@step("the dispatcher of mail")
async def ensure_keys(uow: UnitOfWork) -> list[bytes]:
    """The organization's keys of Message-IDs and tokens, made for its first mail."""
    found = await outgoing.keys(uow.db)
    if not found:
        await uow.begin()
        await outgoing.add_key(uow.db, uow.actor.organization_id, secrets.token_bytes(32), uow.now)
        found = await outgoing.keys(uow.db)
    return found


@step("the dispatcher of mail")
async def gather(uow: UnitOfWork, mail_id: UUID) -> Facts | None:
    """The facts for a mail; None for one that must not be sent any more, whose deliveries are cancelled then."""
    mail = await outgoing.find(uow.db, mail_id)
    ticket = comment = None
    if mail is not None and mail.ticket_id is not None:
        ticket = await tickets.find_visible(uow.db, uow.actor, mail.ticket_id)
    if mail is not None and mail.comment_id is not None:
        comment = (await comments.by_ids(uow.db, [mail.comment_id])).get(mail.comment_id)
    mailbox = None if mail is None else await outgoing.sender(uow.db, mail.mailbox_id)
    people = await deliveries.of_mails(uow.db, [mail_id])
    is_to_staff = bool(people) and await outgoing.are_staff(uow.db, [each.recipient_id for each in people])
    if mail is None or mailbox is None or not _may_go(mail, ticket, comment, is_to_staff=is_to_staff):
        await uow.begin()
        await deliveries.cancel(uow.db, mail_id, uow.now)
        return None
    facts = Facts(
        mail=mail, people=people, mailbox=mailbox, organization_id=uow.actor.organization_id,
        organization=await outgoing.organization_name(uow.db), keys=await ensure_keys(uow), ticket=ticket, comment=comment,
        is_to_staff=is_to_staff,
        content=await outgoing.content_of(uow.db, mail.id),
    )  # fmt: skip
    if ticket is None or facts.content is not None:
        return facts
    answered = (
        []
        if comment is None or mail.kind != "reply"
        else await _quoted(uow, mail.quote or mailbox.quote, ticket, comment)
    )
    return replace(
        facts, revision=await revisions.of_ticket(uow.db, ticket.id),
        texts=await template_queries.texts(uow.db, "reply", mail.language) if mail.kind == "reply" else None,
        signature="" if comment is None or mail.kind != "reply" or mail.automatic
        else await outgoing.signature_of(uow.db, comment.author.id),
        first_id=await outgoing.first_id(uow.db, ticket.id),
        known=await outgoing.ids_known_to(uow.db, ticket.id, people[0].recipient_id, mail.created_at),
        answered=answered,
    )  # fmt: skip


async def _quoted(uow: UnitOfWork, quote: str, ticket: Ticket, comment: Comment) -> list[AnsweredWords]:
    """The public words that a reply quotes, as its author or its mailbox says: none, those that it answers, or all before it."""
    if quote == "all":
        found = await outgoing.conversation(uow.db, ticket.id, comment.created_at, MAX_QUOTED)
        sizes = list(accumulate(len(each.body) for each in found))
        return [each for each, size in zip(found, sizes, strict=True) if size <= MAX_QUOTED_SIZE or each is found[0]]
    if quote == "none":
        return []
    answered = await outgoing.answered_words(uow.db, ticket.id, comment.author.id, comment.created_at)
    return [] if answered is None else [answered]


def _may_go(mail: OutgoingMail, ticket: Ticket | None, comment: Comment | None, *, is_to_staff: bool) -> bool:
    """Whether a mail may still be sent: its ticket and its words exist, and no note goes to a customer."""
    if mail.ticket_id is not None and ticket is None:
        return False
    if mail.kind == "reply":
        return ticket is not None and comment is not None and goes_out(comment, ticket)
    if mail.comment_id is not None and comment is None:
        return False
    return comment is None or comment.public or is_to_staff


@step("the dispatcher of mail")
async def keep(uow: UnitOfWork, facts: Facts, letter: Letter, content: bytes) -> bytes:
    """Keeps a mail's bytes before its first attempt, and returns those that count: another attempt may have been first."""
    await uow.begin()
    mail = await outgoing.lock(uow.db, facts.mail.id)
    kept = await outgoing.content_of(uow.db, facts.mail.id)
    if mail is None or kept is not None:
        return kept or content
    await outgoing.keep_content(uow.db, mail.id, letter.message_id, content)
    if facts.ticket is not None:
        organization_id, ticket_id = uow.actor.organization_id, facts.ticket.id
        await outgoing.add_sent_ids(uow.db, organization_id, [letter.message_id], mail, "sent", uow.now)
        anchor = _anchor(facts, facts.ticket, letter.message_id.rpartition("@")[2])
        await outgoing.add_sent_ids(
            uow.db, organization_id, [anchor], replace(mail, id=ticket_id, comment_id=None), "sent", uow.now
        )
    return content


def files_of(facts: Facts) -> list[Attachment]:
    """The files of a reply that we hold, in order."""
    if facts.mail.kind != "reply" or facts.comment is None:
        return []
    return [each for each in facts.comment.attachments if each.file_id is not None]


def fitting(files: Sequence[Attachment]) -> set[UUID]:
    """The ids of those files that a mail has room for, the first ones first."""
    room = MAX_FILES
    chosen = set()
    for each in files:
        if each.file_id is not None and each.size <= room:
            room -= each.size
            chosen.add(each.file_id)
    return chosen


def envelope_sender(facts: Facts, server_address: str, *, has_own: bool = False) -> str:
    """The address that reports go to: the mailbox's, with a token where it takes one.

    Providers let an account send under its own address alone, so there is no token where the mailbox `has_own` server.
    """
    if has_own and facts.mailbox.address:
        return composing.written_address(facts.mailbox.address) or facts.mailbox.address
    token = "" if facts.ticket is None else make_token(facts.keys, TokenKind.BOUNCE, facts.ticket.number)
    found = (facts.mailbox.with_word(token) if token else None) or facts.mailbox.address or server_address
    return composing.written_address(found) or found


def letter_of(facts: Facts, files: Sequence[SentFile], server_sender: str, base_url: str, now: datetime) -> Letter:
    """The mail with all of its texts and ids."""
    name, server_address = parseaddr(server_sender)
    address = facts.mailbox.address or server_address
    domain = (composing.written_address(address) or address).rpartition("@")[2]
    ticket = facts.ticket
    known = [each.message_id for each in facts.known]
    references = [] if ticket is None else [
        *([facts.first_id] if facts.first_id else []), _anchor(facts, ticket, domain), *reversed(known[:3]),
    ]  # fmt: skip
    text, html = wording.words_of(facts, files, base_url, now)
    return Letter(
        sender=Person(_sender_name(facts) or name, address),
        to=[Person(each.name, each.address) for each in facts.people if each.field == "to"],
        cc=[Person(each.name, each.address) for each in facts.people if each.field == "cc"],
        reply_to=_reply_address(facts), subject=_subject(facts), message_id=_message_id(facts, domain),
        in_reply_to=known[0] if known else None, references=list(dict.fromkeys(references)), date=now,
        language=facts.mail.language, is_automatic=facts.mail.kind == "notice" or facts.mail.automatic,
        unsubscribe=_unsubscribe(facts, base_url),
        thread=None if ticket is None else (ticket.id, facts.mail.subject), text=text, html=html, files=files,
    )  # fmt: skip


def _unsubscribe(facts: Facts, base_url: str) -> str | None:
    """The page that ends notifications by mail: in mails about conversations there is none."""
    person = facts.people[0].recipient_id
    if facts.mail.notification_id is None or person is None:
        return None
    token = make_unsubscribe_token(facts.keys, facts.organization_id, person)
    return f"{base_url.rstrip('/')}/app/unsubscribe?token={token}"


def _message_id(facts: Facts, domain: str) -> str:
    if facts.mail.kind == "reply" and facts.comment is not None:
        return make_message_id(facts.keys, IdKind.COMMENT, facts.comment.id, domain)
    return make_message_id(facts.keys, IdKind.NOTICE, facts.mail.notification_id or facts.mail.id, domain)


def _anchor(facts: Facts, ticket: Ticket, domain: str) -> str:
    return make_message_id(facts.keys, IdKind.ANCHOR, ticket.id, domain)


def _reply_address(facts: Facts) -> str | None:
    """The mailbox's address with a token: of the ticket for customers, of the person for staff."""
    if facts.ticket is None:
        return None
    if facts.mail.kind == "notice" and facts.is_to_staff:
        to_note = facts.comment is not None and not facts.comment.public
        kind = TokenKind.NOTE_BY_STAFF if to_note else TokenKind.PUBLIC_BY_STAFF
        token = make_token(
            facts.keys, kind, facts.ticket.number, person=facts.people[0].recipient_id, revision=facts.revision
        )
    else:
        token = make_token(facts.keys, TokenKind.TICKET, facts.ticket.number, revision=facts.revision)
    address = facts.mailbox.with_word(token)
    return None if address is None else composing.written_address(address)


def _sender_name(facts: Facts) -> str:
    if facts.mail.kind == "reply" and facts.comment is not None and facts.mailbox.sender_form == "person":
        form = _FROM[language_of(facts.mail.language)]
        return form.format(person=facts.comment.author.name, name=facts.organization)
    return facts.organization


def _subject(facts: Facts) -> str:
    subject = facts.mail.subject
    if facts.ticket is None:
        return subject
    if facts.is_to_staff or facts.mailbox.is_tagged:
        subject = tagged(subject, facts.ticket.number)
    return f"Re: {subject}" if facts.known else subject

"""Putting mails on their way: a public reply to all who take part in its ticket, a notice to one person."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.features.mail.composing import one_line
from deskbell.features.mail.outgoing import Addressee, DeliveryState, NewDelivery, OutgoingMail
from deskbell.features.mail.queries import deliveries, outgoing, recipients
from deskbell.features.mail.service.recipients import people_of
from deskbell.features.mail.service.templates import rendered
from deskbell.features.organizations.queries import find_language
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.queries import comments, tickets
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.access import step
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.mail.subjects import base_subject
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.kernel.words import Channel
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.messages import first_known

_MOST_SUBJECT: Final = 120
_HOUR: Final = timedelta(hours=1)
AUTOMATIC_PER_HOUR: Final = 3
"""Automatic mails to one customer; further ones are held back until an hour passes without any."""


class Notice(Struct, frozen=True, kw_only=True):
    """A notification as a mail: its words, and what it is about."""

    notification_id: UUID
    ticket_id: UUID | None
    comment_id: UUID | None
    subject: str
    words: str
    words_html: str
    language: str


@step("reactions to events")
async def send_reply(uow: UnitOfWork, comment_id: UUID, *, by_deskbell: bool = False) -> OutgoingMail | None:
    """Puts the mail of a public reply by staff on its way; None where there is no recipient. A repeat changes nothing.

    `by_deskbell`: Deskbell itself added the comment, for a rule or out of a mail.
    """
    comment = (await comments.by_ids(uow.db, [comment_id])).get(comment_id)
    ticket = await tickets.find_visible(uow.db, uow.actor, comment.ticket_id) if comment is not None else None
    if comment is None or ticket is None or not goes_out(comment, ticket):
        return None
    if await outgoing.is_chatting(uow.db, ticket.id):
        return None  # it is read there, and the transcript will have it
    wanted = await recipients.take_mail(uow.db, comment.id)
    people = await people_of(uow, ticket.id, comment.author.id, wanted)
    if not people:
        return None
    mailbox_id = await outgoing.mailbox_of(uow.db, ticket.id)
    mail = OutgoingMail(
        id=new_id(), kind="reply", ticket_id=ticket.id, comment_id=comment.id, notification_id=None,
        mailbox_id=mailbox_id, language=await language_for(uow, ticket.id, mailbox_id),
        subject=await _subject(uow, ticket.id, ticket.subject), words=None, created_at=uow.now,
        automatic=by_deskbell and comment.channel is not Channel.EMAIL, quote=None if wanted is None else wanted.quote,
    )  # fmt: skip
    return mail if await _add(uow, mail, people) else None


@step("reactions to events, and `file_mail`")
async def language_for(uow: UnitOfWork, ticket_id: UUID, mailbox_id: UUID | None, written: str | None = None) -> str:
    """The language of mails to a ticket's requester: the first that mails can be written in.

    Their own comes first, then `written` or that of their latest mail on the ticket, the mailbox's and the organization's.
    """
    found = await outgoing.languages_for(uow.db, ticket_id, mailbox_id)
    return first_known([*found[:1], written, *found[1:]])


@step("notifications, and `send_words`")
async def reader_language(
    uow: UnitOfWork, person_id: UUID | None, ticket_id: UUID | None, mailbox_id: UUID | None, *, is_staff: bool
) -> str:
    """The language of an automatic mail: its reader's own, else for customers as a reply's, for others the organization's."""
    own = None if person_id is None else await outgoing.language_of_member(uow.db, person_id)
    if own is not None:
        return first_known([own])
    if ticket_id is None or is_staff:
        return await find_language(uow.db)
    return await language_for(uow, ticket_id, mailbox_id)


def goes_out(comment: Comment, ticket: Ticket) -> bool:
    """Whether a comment is mailed to the ticket's requester and followers: a public one of the staff's."""
    by_staff = comment.author.role in STAFF_ROLES and comment.author.id != ticket.requester.id
    return comment.public and not comment.automatic and by_staff


@step("reactions to events")
async def send_notice(uow: UnitOfWork, notice: Notice, person: Addressee) -> None:
    """Puts the mail of a notification on its way. A repeat changes nothing."""
    subject = notice.subject
    if notice.ticket_id is not None:
        subject = await _subject(uow, notice.ticket_id, subject)
    mail = OutgoingMail(
        id=new_id(), kind="notice", ticket_id=notice.ticket_id, comment_id=notice.comment_id,
        notification_id=notice.notification_id, mailbox_id=await outgoing.mailbox_of(uow.db, notice.ticket_id),
        language=notice.language, subject=subject, words=notice.words,
        words_html=notice.words_html, created_at=uow.now,
    )  # fmt: skip
    await _add(uow, mail, [person], limited=not person.is_staff)


class Words(Struct, frozen=True):
    """The words of a mail that is no notification."""

    subject: str
    text: str
    html: str


@step("the reader of the journal that carries out effects of rules")
async def send_words(uow: UnitOfWork, ticket_id: UUID | None, words: Words, person: Addressee) -> None:
    """Puts a rule's mail on its way; one to people outside the staff is held back where too many came before."""
    mailbox_id = await outgoing.mailbox_of(uow.db, ticket_id)
    language = await reader_language(uow, person.recipient_id, ticket_id, mailbox_id, is_staff=person.is_staff)
    mail = OutgoingMail(
        id=new_id(), kind="notice", ticket_id=ticket_id, comment_id=None, notification_id=None,
        mailbox_id=mailbox_id, language=language,
        subject=one_line(words.subject)[:_MOST_SUBJECT], words=words.text, words_html=words.html, created_at=uow.now,
        automatic=True,
    )  # fmt: skip
    await _add(uow, mail, [person], limited=not person.is_staff)


@step("`file_mail`")
async def acknowledge(uow: UnitOfWork, ticket: Ticket, mailbox_id: UUID, written: str | None) -> None:
    """Acknowledges a new request by mail, which holds the subject of the incoming mail and no other word of it.

    `written` is the language of that mail.
    """
    language = await language_for(uow, ticket.id, mailbox_id, written)
    subject = one_line(base_subject(ticket.subject) or ticket.subject)[:_MOST_SUBJECT]
    texts = await rendered(uow, "acknowledgement", language, ticket, {})
    mail = OutgoingMail(
        id=new_id(), kind="notice", ticket_id=ticket.id, comment_id=None, notification_id=None, mailbox_id=mailbox_id,
        language=language, subject=subject, words=texts.text, words_html=texts.html, created_at=uow.now, automatic=True,
    )  # fmt: skip
    person = ticket.requester
    await _add(
        uow, mail, [Addressee(recipient_id=person.id, name=person.name, address=person.email, field="to")], limited=True
    )


@step("the test of a mailbox")
async def send_plain(uow: UnitOfWork, mail: OutgoingMail, person: Addressee) -> None:
    """Puts a mail that is made already on its way."""
    await _add(uow, mail, [person])


@step("the end of a chat")
async def send_transcript(
    uow: UnitOfWork, ticket: Ticket, mailbox_id: UUID, language: str, words: str, words_html: str
) -> None:
    """Mails the words of a chat to its guest."""
    mail = OutgoingMail(
        id=new_id(), kind="notice", ticket_id=ticket.id, comment_id=None, notification_id=None, mailbox_id=mailbox_id,
        language=language, subject=await _subject(uow, ticket.id, ticket.subject), words=words, words_html=words_html,
        created_at=uow.now, automatic=True,
    )  # fmt: skip
    person = ticket.requester
    await _add(
        uow, mail, [Addressee(recipient_id=person.id, name=person.name, address=person.email, field="to")], limited=True
    )


async def _subject(uow: UnitOfWork, ticket_id: UUID, current: str) -> str:
    """The subject under which the conversation began: programs for mail split it where the subject changes."""
    first = await outgoing.first_subject(uow.db, ticket_id)
    return base_subject(first if first is not None else current) or current


async def _add(uow: UnitOfWork, mail: OutgoingMail, people: Sequence[Addressee], *, limited: bool = False) -> bool:
    """Adds a mail with its deliveries. `limited`: no person wrote it, and too many of its kind make a loop."""
    await uow.begin()
    held_back = False
    if limited:
        since, is_notification = uow.now - _HOUR, mail.notification_id is not None
        count = await deliveries.notices_since(uow.db, people[0].address, since, of_notifications=is_notification)
        held_back = count >= AUTOMATIC_PER_HOUR
    if not await outgoing.add(uow.db, uow.actor.organization_id, mail):
        return False
    refused = await deliveries.suppressed(
        uow.db, [address_key(person.address) for person in people], is_reply=mail.kind == "reply"
    )
    new = []
    for person in people:
        state: DeliveryState = "suppressed" if address_key(person.address) in refused or held_back else "queued"
        new.append(
            NewDelivery(
                id=new_id(), recipient_id=person.recipient_id, name=person.name, address=person.address,
                field=person.field, state=state, next_try_at=uow.now if state == "queued" else None,
                finished_at=None if state == "queued" else uow.now,
            )
        )  # fmt: skip
    await deliveries.add(uow.db, uow.actor.organization_id, mail.id, new, uow.now)
    return True

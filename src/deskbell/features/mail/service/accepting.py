"""Taking mail: it is stored, byte for byte, before its sender gets an answer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from deskbell.features.mail import policy
from deskbell.features.mail.events import MailQuarantined
from deskbell.features.mail.queries import mailboxes, received
from deskbell.features.mail.records import NewMail, StoredContent
from deskbell.kernel.access import anyone
from deskbell.kernel.errors import NotFound
from deskbell.kernel.mail.records import ReadMail
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

LEASE: Final = timedelta(minutes=2)
"""The time in which the receiver files a mail; afterwards a worker does."""
_TRIES: Final = 3
_MOST_WAITING: Final = 10
_PAUSE: Final = timedelta(minutes=1)


@anyone("the receivers, before an organization is entered: ids alone")
async def routes(uow: UnitOfWork, recipients: Sequence[str]) -> dict[str, tuple[UUID, UUID]]:
    """Organization and mailbox of each recipient that this server receives mail for.

    An address counts with its word after `+`, without it, and by a mailbox for its whole domain.
    """
    forms = {each: policy.forms_of(each) for each in recipients}
    known = {
        address: (organization_id, mailbox_id)
        for address, organization_id, mailbox_id in await mailboxes.routes(
            uow.db, sorted({form for each in forms.values() for form in each})
        )
    }
    found = {each: next((known[form] for form in forms[each] if form in known), None) for each in recipients}
    return {each: place for each, place in found.items() if place is not None}


async def gets_own_tickets(uow: UnitOfWork, mailbox_ids: Sequence[UUID]) -> bool:
    """Whether a mail to these mailboxes becomes a ticket of each."""
    uow.actor.require(Permission.TICKET_CREATE, Permission.COMMENT_CREATE, Permission.CONTACT_WRITE)
    return await mailboxes.own_tickets(uow.db, mailbox_ids)


async def addressed(uow: UnitOfWork, mail: ReadMail) -> list[UUID]:
    """The mailboxes that a mail's headers name: Delivered-To and its kin, or, where these name none of ours, To and then Cc."""
    uow.actor.require(Permission.TICKET_READ, Permission.COMMENT_INTERNAL)
    named = [form for each in mail.delivered_to for form in policy.forms_of(each)]
    found = await mailboxes.named(uow.db, named) if named else []
    if not found:
        named = [form for person in (*mail.to, *mail.cc) for form in policy.forms_of(person.address)]
        found = await mailboxes.named(uow.db, named) if named else []
    return found


async def give_to_first(uow: UnitOfWork, mail_id: UUID, mailbox_ids: Sequence[UUID]) -> list[UUID]:
    """Gives a mail that no receiver has placed to the first of the mailboxes that it names, where it is to be a ticket of each.

    Returns the others, whose copies the caller stores in the same unit.
    """
    uow.actor.require(Permission.TICKET_CREATE, Permission.COMMENT_CREATE, Permission.CONTACT_WRITE)
    if len(mailbox_ids) < 2 or not await mailboxes.own_tickets(uow.db, mailbox_ids):
        return []
    await uow.begin()
    return list(mailbox_ids[1:]) if await received.place(uow.db, mail_id, mailbox_ids[0]) else []


async def accept(uow: UnitOfWork, new_mail: NewMail) -> bool:
    """Stores a mail in the entered organization; False for one that repeats another. Its sender may be answered once the unit
    has committed.
    """
    uow.actor.require(Permission.TICKET_CREATE, Permission.COMMENT_CREATE, Permission.CONTACT_WRITE)
    await uow.begin()
    is_new = await received.add(uow.db, uow.actor.organization_id, new_mail, uow.now, uow.now + LEASE)
    if is_new and new_mail.state == "quarantined":
        uow.record(MailQuarantined(mail_id=new_mail.id, mailbox_id=new_mail.mailbox_id, reason=new_mail.reason))
    return is_new


@anyone("the receivers, before an organization is entered: ids alone")
async def claim(uow: UnitOfWork, batch_size: int) -> list[tuple[UUID, UUID]]:
    """Claims stored mails of all organizations whose receiver has not filed them in time."""
    await uow.begin()
    return await received.claim(uow.db, uow.now, uow.now + LEASE, batch_size)


async def answered_and_waiting(uow: UnitOfWork, mail_id: UUID, message_ids: Sequence[str]) -> list[UUID]:
    """The mails that a mail answers and that came before it and wait, the oldest first: they take their turn before it."""
    uow.actor.require(Permission.TICKET_READ, Permission.COMMENT_INTERNAL)
    return await received.waiting_before(uow.db, mail_id, message_ids, _MOST_WAITING)


async def content_of(uow: UnitOfWork, mail_id: UUID) -> StoredContent:
    """The bytes of a mail, or their key in the storage. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ, Permission.COMMENT_INTERNAL)
    found = await received.content_of(uow.db, mail_id)
    if found is None:
        raise NotFound("mail")
    return found


async def postpone(uow: UnitOfWork, mail_id: UUID, *, counts: bool = True) -> None:
    """Notes that a mail could not be filed; the third time it goes to quarantine.

    A try that failed for reasons that are not the mail's own does not count.
    """
    uow.actor.require(Permission.TICKET_CREATE, Permission.COMMENT_CREATE, Permission.CONTACT_WRITE)
    await uow.begin()
    if await received.postpone(uow.db, mail_id, uow.now + _PAUSE, counts=counts) >= _TRIES:
        await received.give_up(uow.db, mail_id, "quarantined", "unreadable", uow.now)
        uow.record(MailQuarantined(mail_id=mail_id, reason="unreadable"))

"""The recipients of a public reply: the requester and the followers, or those that its author names."""

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.access.addresses import clean_address
from deskbell.features.mail.log import ConversationMails
from deskbell.features.mail.outgoing import Addressee, Field, Recipient, ReplyDelivery
from deskbell.features.mail.policy import forms_of
from deskbell.features.mail.queries import mailboxes, outgoing, recipients
from deskbell.features.tickets.comment_records import Comment, NewComment, ReplyMail
from deskbell.features.tickets.records import Person, Ticket
from deskbell.features.tickets.service import get as get_ticket
from deskbell.kernel.access import anyone, step
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.permissions import STAFF_ROLES, Permission
from deskbell.kernel.words import Channel
from deskbell.runtime.database import UnitOfWork

_READ: Final = (Permission.MAIL_READ, Permission.TICKET_READ, Permission.COMMENT_READ)


class NextMail(Struct, frozen=True, kw_only=True):
    """The recipients of the next public reply of a ticket, and what it quotes, unless its author says otherwise."""

    recipients: list[Recipient]
    quote: Literal["none", "one", "all"]


async def next_mail(uow: UnitOfWork, ticket_id: UUID) -> NextMail:
    """The mail of the actor's next reply. Raises `NotFound`."""
    uow.actor.require(*_READ)
    ticket = await get_ticket(uow, ticket_id)
    people = await people_of(uow, ticket_id, uow.actor.id, None)
    mailbox = await outgoing.sender(uow.db, await outgoing.mailbox_of(uow.db, ticket.id))
    return NextMail(recipients=await _shown(uow, people), quote="one" if mailbox is None else mailbox.quote)


async def _shown(uow: UnitOfWork, people: Sequence[Addressee]) -> list[Recipient]:
    refused = await recipients.suppressed(uow.db, [address_key(each.address) for each in people])
    return [
        Recipient(
            user_id=each.recipient_id, name=each.name, address=each.address, field=each.field,
            suppressed=refused.get(address_key(each.address)),
        )
        for each in people
    ]  # fmt: skip


async def checked(uow: UnitOfWork, mail: ReplyMail) -> ReplyMail:
    """Named recipients in the form in which addresses are stored, each once.

    Raises `Invalid` for a malformed address, and for one of a mailbox.
    """
    uow.actor.require(Permission.TICKET_UPDATE, Permission.CONTACT_READ)
    to = None if mail.to is None else _clean(mail.to, "mail.to")
    cc = None if mail.cc is None else [each for each in _clean(mail.cc, "mail.cc") if each not in (to or [])]
    own = await mailboxes.own_addresses(
        uow.db, [form for each in (*(to or []), *(cc or [])) for form in forms_of(each)[:2]]
    )
    problems = [
        Problem.at(f"mail.{name}", "mail.own_address", address=each)
        for name, addresses in (("to", to), ("cc", cc)) for each in addresses or [] if not own.isdisjoint(forms_of(each))
    ]  # fmt: skip
    if problems:
        raise Invalid(problems)
    return ReplyMail(to=to, cc=cc, quote=mail.quote)


def _clean(addresses: Sequence[str], field: str) -> list[str]:
    return list({address_key(found): found for found in (clean_address(each, field) for each in addresses)}.values())


@step("reactions to events, and services that have authorised their actor")
async def people_of(uow: UnitOfWork, ticket_id: UUID, author_id: UUID, mail: ReplyMail | None) -> list[Addressee]:
    """The recipients of a reply by this author, the requester first."""
    found: list[Addressee] = []
    if mail is None or mail.to is None or mail.cc is None:
        found = await recipients.of_ticket(uow.db, ticket_id, author_id)
    if mail is None:
        return found
    fields: tuple[tuple[Field, list[str] | None], ...] = (("to", mail.to), ("cc", mail.cc))
    for field, named in fields:
        if named is not None:
            found = [each for each in found if each.field != field] + await recipients.named(uow.db, named, field)
    first: dict[str, Addressee] = {}
    for each in sorted(found, key=lambda each: each.field == "cc"):
        first.setdefault(address_key(each.address), each)
    return list(first.values())


@anyone("returns nothing to those who may not read mail")
async def mails_of_conversation(
    uow: UnitOfWork, comments: Sequence[Comment], ticket: Ticket | None = None
) -> ConversationMails | None:
    """The mails that comments and the description of a ticket came by, and the way of each reply to its recipients.

    Two statements at most, whatever the number of comments. None for those who may not read mail.
    """
    if not all(uow.actor.may(each) for each in _READ):
        return None
    mailed = [each.id for each in comments if each.public and not each.automatic and each.author.role in STAFF_ROLES]
    deliveries: dict[UUID, list[ReplyDelivery]] = {each: [] for each in mailed}
    for delivery in await recipients.deliveries(uow.db, mailed) if mailed else []:
        deliveries[delivery.comment_id].append(delivery)
    came = [each.id for each in comments if each.channel is Channel.EMAIL]
    opened = ticket.id if ticket is not None and ticket.channel is Channel.EMAIL else None
    found = await recipients.received(uow.db, came, opened) if came or opened else []
    # The oldest mail comes last and stays: of a ticket, the one that opened it.
    return ConversationMails(
        deliveries=deliveries, received={each.comment_id or each.ticket_id: each for each in found}
    )


@anyone("returns nothing to those who may not read mail")
async def planned(uow: UnitOfWork, ticket_id: UUID, author: Person, new: NewComment) -> list[Recipient] | None:
    """The recipients of words whose mail is not made yet; None for those that are not mailed, or for who may not read mail."""
    if not new.public or author.role not in STAFF_ROLES or not all(uow.actor.may(each) for each in _READ):
        return None
    return await _shown(uow, await people_of(uow, ticket_id, author.id, new.mail))

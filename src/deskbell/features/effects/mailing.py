"""Mails of rules and macros: one to each person, never to a machine. They are no comments of the ticket."""

from collections.abc import Sequence

from msgspec.structs import replace

from deskbell.features.mail.outgoing import Addressee
from deskbell.features.mail.policy import is_robot
from deskbell.features.mail.queries.mailboxes import own_addresses
from deskbell.features.mail.service.sending import Words, send_words
from deskbell.features.notifications import queries as recipients
from deskbell.features.notifications.records import Recipient
from deskbell.features.rules.records import TakenEffect
from deskbell.features.rules.taking import Due, text_of
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.rules import Letter
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.markdown import to_html


@step("the reader of the journal that carries out effects")
async def send_letter(uow: UnitOfWork, ticket: Ticket, due: Due, letter: Letter, *, automatic: bool) -> TakenEffect:
    """Puts the mails of a rule or macro on their way. Without a recipient, the effect is suppressed with the last reason.

    `automatic`: a machine's mail woke the rule.
    """
    subject, text = await text_of(uow, due, letter.subject, ticket), await text_of(uow, due, letter.text, ticket)
    words = Words(subject, text, to_html(text))
    if automatic:  # a machine answered: a mail to its owner could be answered again
        return replace(due.effect, outcome="suppressed", reason="reply.to_automatic_mail")
    reason, sent = "mail.to_none", False
    for person in await _addressees(uow, ticket, letter):
        refused = await _refused(uow, person)
        if refused is not None:
            reason = refused
            continue
        # Who does not belong to the organization gets no mail of the ticket's conversation: an answer opens a new one.
        await send_words(uow, None if person.recipient_id is None else ticket.id, words, person)
        sent = True
    return due.effect if sent else replace(due.effect, outcome="suppressed", reason=reason)


async def _refused(uow: UnitOfWork, person: Addressee) -> str | None:
    """The reason why a person gets no mail."""
    address = person.address.lower()
    if is_robot(address):
        return "reply.to_robot"
    return "reply.to_own_address" if await own_addresses(uow.db, [address]) else None


async def _addressees(uow: UnitOfWork, ticket: Ticket, letter: Letter) -> list[Addressee]:
    """The people of a letter, each address once."""
    found: dict[str, Addressee] = {}
    for name in letter.to:
        for each in await _named(uow, ticket, name):
            found.setdefault(each.address.lower(), each)
    return list(found.values())


async def _named(uow: UnitOfWork, ticket: Ticket, name: str) -> Sequence[Addressee]:
    members: list[Recipient] = []
    match name:
        case "requester":
            members = await recipients.recipients(uow.db, [ticket.requester.id])
        case "assignee" if ticket.assignee_id is not None:
            members = await recipients.recipients(uow.db, [ticket.assignee_id])
        case "group" if ticket.group_id is not None:
            members = await recipients.group_staff(uow.db, ticket.group_id)
        case "leads":
            members = await recipients.leads(uow.db)
        case "followers":
            members = await recipients.staff_following(uow.db, ticket.id)
        case _ if "@" in name:
            return [Addressee(recipient_id=None, name="", address=name, field="to")]
    return [
        Addressee(recipient_id=each.id, name=each.name, address=each.email, field="to", role=each.role)
        for each in members
    ]

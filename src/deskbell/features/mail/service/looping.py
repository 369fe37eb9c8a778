"""Loops: two programs that answer one another by mail on one ticket."""

from datetime import timedelta
from typing import Final

from deskbell.features.mail.events import MailLoopStopped
from deskbell.features.mail.queries import conversations, mailboxes
from deskbell.features.mail.records import Mailbox
from deskbell.features.tickets.records import Person, Ticket
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork

WINDOW: Final = timedelta(minutes=10)
MOST_MAILS: Final = 10
"""Mails of at most two people on one ticket within `WINDOW`; further ones cause no notification."""


@step("notifications of comments")
async def is_looping(uow: UnitOfWork, ticket: Ticket) -> bool:
    """Whether so many mails arrived on a ticket that no notification must answer the next one."""
    return await conversations.mails_of_two(uow.db, ticket.id, uow.now - WINDOW) >= MOST_MAILS


@step("`file_mail`")
async def record_loop(uow: UnitOfWork, mailbox: Mailbox, ticket: Ticket, sender: Person) -> None:
    """Records that a ticket's mails have become a loop, once: with the mail that reaches the limit."""
    if await conversations.mails_of_two(uow.db, ticket.id, uow.now - WINDOW) != MOST_MAILS:
        return
    ours = await mailboxes.own_address(uow.db, mailbox.id)
    uow.record(
        MailLoopStopped(
            mailbox_id=mailbox.id, on_ticket_id=ticket.id, address=sender.email, our_address=ours or mailbox.name,
            mails=MOST_MAILS,
        )
    )  # fmt: skip

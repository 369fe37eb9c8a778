"""The end of an attempt: sent, offered again, or failed."""

import re
from typing import Final

from deskbell.features.mail.events import MailFailed, MailSent
from deskbell.features.mail.outgoing import DueDelivery, OutgoingMail
from deskbell.features.mail.queries import deliveries, outgoing
from deskbell.features.mail.schedule import next_attempt
from deskbell.features.mail.service.suppressing import suppress_if_due
from deskbell.features.tickets import service as ticket_service
from deskbell.features.tickets.queries import tickets
from deskbell.kernel.access import step
from deskbell.kernel.words import DONE, Status
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.mail_transport import Answer

_GIVEN_ID: Final = re.compile(
    r"<([^<>\s@]{8,200}@[^<>\s]{1,200})>|\bOk ([0-9a-f]{16}-[0-9a-f-]{20,60})\b", re.IGNORECASE
)
"""A Message-ID that a relay put in the place of ours, as its answer says; the second form is Amazon's."""
_LATE_TRY: Final = 6
"""The number of the attempt that is made an hour after the first: if it fails, the author is notified once."""


@step("the dispatcher of mail")
async def note(uow: UnitOfWork, due: DueDelivery, answer: Answer) -> None:
    """Writes an attempt's end down. Nothing is written for one that was taken for lost meanwhile."""
    await uow.begin()
    again = None if answer.is_taken or answer.is_final else next_attempt(due.tries, due.first_tried_at, uow.now)
    state = "sent" if answer.is_taken else "failed" if again is None else "delayed"
    if not await deliveries.note(
        uow.db, due, state=state, next_try_at=again, code=answer.code, answer=answer.text, now=uow.now
    ):
        return
    mail = await outgoing.find(uow.db, due.mail_id)
    if mail is None or mail.kind != "reply":
        return
    if answer.is_taken:
        await _remember_given_id(uow, mail, answer)
        uow.record(
            MailSent(mail_id=mail.id, mailbox_id=mail.mailbox_id, comment_id=mail.comment_id, delivery_id=due.id)
        )
    elif again is None:
        await suppress_if_due(uow, due.address, answer.text.lstrip()[:9], answer.text)
        await failed(uow, mail, due, answer.text)
    elif due.tries == _LATE_TRY:
        uow.record(_failure(mail, due, answer.text, is_final=False))


def _failure(mail: OutgoingMail, due: DueDelivery, reason: str, *, is_final: bool) -> MailFailed:
    return MailFailed(
        mail_id=mail.id, mailbox_id=mail.mailbox_id, on_ticket_id=mail.ticket_id, comment_id=mail.comment_id,
        delivery_id=due.id, address=due.address, reason=reason, is_final=is_final,
    )  # fmt: skip


@step("the dispatcher of mail")
async def failed(uow: UnitOfWork, mail: OutgoingMail, due: DueDelivery, reason: str) -> None:
    """Records that a reply does not reach a recipient, and reopens its ticket."""
    uow.record(_failure(mail, due, reason, is_final=True))
    if mail.ticket_id is not None:
        await reopen(uow, mail)


@step("the dispatcher of mail, and filing")
async def reopen(uow: UnitOfWork, mail: OutgoingMail) -> None:
    """Reopens a solved or closed ticket whose reply did not arrive, once for a mail."""
    ticket = None if mail.ticket_id is None else await tickets.lock_visible(uow.db, uow.actor, mail.ticket_id)
    if ticket is not None and ticket.status in DONE and await outgoing.mark_reopened(uow.db, mail.id, uow.now):
        await ticket_service.set_status(uow, ticket.id, Status.OPEN)


async def _remember_given_id(uow: UnitOfWork, mail: OutgoingMail, answer: Answer) -> None:
    found = _GIVEN_ID.search(answer.text)
    given = (found[1] or found[2]) if found is not None else None
    if given is not None and given != mail.message_id:
        await outgoing.add_sent_ids(uow.db, uow.actor.organization_id, [given], mail, "provider", uow.now)

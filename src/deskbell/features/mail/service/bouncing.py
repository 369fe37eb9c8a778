"""Reports about mails that we sent: the state of their deliveries, and addresses that take no mail."""

from datetime import timedelta
from typing import Final

from deskbell.features.mail.events import MailBounced
from deskbell.features.mail.outgoing import Delivery, OutgoingMail
from deskbell.features.mail.queries import conversations, deliveries, outgoing
from deskbell.features.mail.records import Judged, Outcome
from deskbell.features.mail.service.noting import reopen
from deskbell.features.mail.service.suppressing import suppress_if_due
from deskbell.kernel.access import step
from deskbell.kernel.mail.records import ReportedRecipient, address_key
from deskbell.runtime.database import UnitOfWork

_MATCHED_FOR: Final = timedelta(days=30)


@step("`file_mail`")
async def bounced(uow: UnitOfWork, judged: Judged) -> Outcome:
    """Matches a report by the returned mail's id, else by the bounce token and the recipient; anything else proves nothing."""
    mail = await _reported_mail(uow, judged)
    ticket_id = mail.ticket_id if mail is not None else None
    if ticket_id is None and judged.bounced_number is not None:
        ticket_id = await conversations.ticket_of_numbers(uow.db, [judged.bounced_number])
    if ticket_id is None:
        found = await conversations.ticket_of_ids(uow.db, judged.message_ids)
        if found is None and mail is None:
            return Outcome(state="bounce", reason="no_ticket_for_bounce")
        return Outcome(state="bounce", ticket_id=None if found is None else found[0])
    for reported in _recipients(judged):
        since = uow.now - _MATCHED_FOR
        keys = [address_key(reported.address), reported.address.lower()]
        delivery = await deliveries.lock_reported(uow.db, mail.id if mail is not None else None, ticket_id, keys, since)
        if delivery is not None:
            await _apply(uow, delivery, reported)
    if judged.mail.abuse_report is not None:
        await _complaint(uow, judged)
    return Outcome(state="bounce", ticket_id=ticket_id)


async def _reported_mail(uow: UnitOfWork, judged: Judged) -> OutgoingMail | None:
    reports = (judged.mail.report, judged.mail.abuse_report)
    ids = [each.original_message_id for each in reports if each is not None and each.original_message_id]
    return await outgoing.of_message_ids(uow.db, ids) if ids else None


def _recipients(judged: Judged) -> tuple[ReportedRecipient, ...]:
    return judged.mail.report.recipients if judged.mail.report is not None else ()


async def _apply(uow: UnitOfWork, delivery: Delivery, reported: ReportedRecipient) -> None:
    words = " ".join([reported.status, reported.diagnostic]).strip()
    if reported.action == "delayed":
        await deliveries.report(uow.db, delivery.id, "delayed", words, uow.now)
        return
    if reported.action not in ("failed", "") or delivery.state == "bounced":
        return
    await deliveries.report(uow.db, delivery.id, "bounced", words, uow.now)
    await suppress_if_due(uow, delivery.address, reported.status, words)
    mail = await outgoing.find(uow.db, delivery.mail_id)
    if mail is not None and mail.kind == "reply":
        uow.record(
            MailBounced(
                mail_id=mail.id, mailbox_id=mail.mailbox_id, on_ticket_id=mail.ticket_id, comment_id=mail.comment_id,
                delivery_id=delivery.id, address=delivery.address, reason=words[:500],
            )
        )  # fmt: skip
        await reopen(uow, mail)


async def _complaint(uow: UnitOfWork, judged: Judged) -> None:
    """A recipient who called a mail of ours spam gets no more notices; replies still go out."""
    report = judged.mail.abuse_report
    if report is not None and report.recipient:
        key = address_key(report.recipient)
        await deliveries.suppress(uow.db, uow.actor.organization_id, key, "complaint", report.kind, uow.now)

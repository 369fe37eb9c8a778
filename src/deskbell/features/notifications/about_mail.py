"""Notifies members of the staff of mail that failed or waits for them."""

from typing import Final

from deskbell.features.mail.events import (
    MailBounced,
    MailboxFailing,
    MailCommandRefused,
    MailDomainFailing,
    MailFailed,
    MailLate,
    MailLoopStopped,
    MailQuarantined,
    QuarantineWaits,
)
from deskbell.features.notifications import queries, service
from deskbell.features.notifications.mailing import notify_and_mail
from deskbell.features.notifications.service import NotificationContent
from deskbell.features.tickets.queries import comments, tickets
from deskbell.kernel.errors import Problem
from deskbell.kernel.events import JournalEntry, Recorded
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import on
from deskbell.runtime.tools import Tools

_MOST_WORDS: Final = 140


@on(MailFailed)
async def notify_of_failed_mail(uow: UnitOfWork, recorded: JournalEntry[MailFailed], _tools: Tools) -> None:
    """Notifies the author of a reply that does not reach a recipient, or has not for an hour."""
    await _notify_author(
        uow,
        recorded,
        recorded.event,
        "notification.mail_failed" if recorded.event.is_final else "notification.mail_late",
    )


@on(MailBounced)
async def notify_of_bounced_mail(uow: UnitOfWork, recorded: JournalEntry[MailBounced], _tools: Tools) -> None:
    """Notifies the author of a reply that came back."""
    await _notify_author(uow, recorded, recorded.event, "notification.mail_failed")


@on(MailQuarantined)
async def notify_of_unproven_mail(uow: UnitOfWork, recorded: JournalEntry[MailQuarantined], _tools: Tools) -> None:
    """Notifies members of the staff of mail from their address that nothing proves to be theirs."""
    event = recorded.event
    if event.reason != "unproven_staff" or event.sender_id is None:
        return
    subject = await queries.subject_of_mail(uow.db, event.mail_id)
    content = NotificationContent(
        kind="mail_quarantined", event_id=recorded.id, actor_id=None, ticket_id=None,
        title=Problem("notification.mail_unproven"), message=subject[:_MOST_WORDS],
    )  # fmt: skip
    people = await queries.recipients(uow.db, [event.sender_id])
    await service.notify(uow, content, [person for person in people if person.is_staff])


@on(MailCommandRefused)
async def notify_of_refused_command(uow: UnitOfWork, recorded: JournalEntry[MailCommandRefused], _tools: Tools) -> None:
    """Notifies the writer of a mail, in the app and by mail, that it became a note because of a command."""
    event = recorded.event
    ticket = await tickets.find_visible(uow.db, uow.actor, event.on_ticket_id)
    if ticket is None:
        return
    content = NotificationContent(
        kind="mail_command", event_id=recorded.id, actor_id=None, ticket_id=ticket.id, comment_id=event.comment_id,
        title=Problem("notification.mail_command", "", {"number": ticket.number, "command": event.command}),
        message=ticket.subject[:_MOST_WORDS],
    )  # fmt: skip
    people = await queries.recipients(uow.db, [event.sender_id])
    await notify_and_mail(uow, content, [person for person in people if person.is_staff])


@on(MailboxFailing)
async def notify_of_failing_mailbox(uow: UnitOfWork, recorded: JournalEntry[MailboxFailing], _tools: Tools) -> None:
    """Notifies the admins of a mailbox that cannot be read, in the app and by mail."""
    event = recorded.event
    name = await queries.name_of_mailbox(uow.db, event.mailbox_id)
    content = NotificationContent(
        kind="mail_mailbox", event_id=recorded.id, actor_id=None, ticket_id=None,
        title=Problem("notification.mailbox_failing", "", {"mailbox": name}), message=event.detail[:_MOST_WORDS],
    )  # fmt: skip
    await notify_and_mail(uow, content, await queries.admins(uow.db))


@on(MailDomainFailing)
async def notify_of_failing_domain(uow: UnitOfWork, recorded: JournalEntry[MailDomainFailing], _tools: Tools) -> None:
    """Notifies the admins of DNS records that are no longer right, in the app and by mail."""
    event = recorded.event
    records = ", ".join(each.upper() for each in event.records)
    content = NotificationContent(
        kind="mail_mailbox", event_id=recorded.id, actor_id=None, ticket_id=None,
        title=Problem("notification.mail_domain_failing", "", {"domain": event.domain}), message=records,
    )  # fmt: skip
    await notify_and_mail(uow, content, await queries.admins(uow.db))


@on(MailLoopStopped)
async def notify_of_mail_loop(uow: UnitOfWork, recorded: JournalEntry[MailLoopStopped], _tools: Tools) -> None:
    """Notifies the admins of two programs that answer one another. In the app alone: a mail might be answered too."""
    event = recorded.event
    ticket = await tickets.find_visible(uow.db, uow.actor, event.on_ticket_id)
    if ticket is None:
        return
    content = NotificationContent(
        kind="mail_loop", event_id=recorded.id, actor_id=None, ticket_id=ticket.id,
        title=Problem(
            "notification.mail_loop", "",
            {"number": ticket.number, "address": event.address, "our_address": event.our_address},
        ),
        message=ticket.subject[:_MOST_WORDS],
    )  # fmt: skip
    await service.notify(uow, content, await queries.admins(uow.db))


@on(QuarantineWaits)
async def notify_of_waiting_mail(uow: UnitOfWork, recorded: JournalEntry[QuarantineWaits], _tools: Tools) -> None:
    """Reminds team leads and admins of mails that wait in quarantine for a decision."""
    content = NotificationContent(
        kind="mail_waiting", event_id=recorded.id, actor_id=None, ticket_id=None,
        title=Problem("notification.mail_waiting", "", {"mails": recorded.event.mails}), message="",
    )  # fmt: skip
    await service.notify(uow, content, await queries.leads(uow.db))


@on(MailLate)
async def notify_of_late_mail(uow: UnitOfWork, recorded: JournalEntry[MailLate], _tools: Tools) -> None:
    """Notifies the admins of mail that waits for too long. In the app alone: mail is what does not work."""
    event = recorded.event
    title = "notification.mail_not_filed" if event.kind == "received" else "notification.mail_not_sent"
    content = NotificationContent(
        kind="mail_waiting", event_id=recorded.id, actor_id=None, ticket_id=None,
        title=Problem(title, "", {"mails": event.mails}), message="",
    )  # fmt: skip
    await service.notify(uow, content, await queries.admins(uow.db))


async def _notify_author(uow: UnitOfWork, recorded: Recorded, event: MailFailed | MailBounced, title: str) -> None:
    ticket = None if event.on_ticket_id is None else await tickets.find_visible(uow.db, uow.actor, event.on_ticket_id)
    comment_id = event.comment_id
    comment = None if comment_id is None else (await comments.by_ids(uow.db, [comment_id])).get(comment_id)
    if ticket is None or comment is None:
        return
    content = NotificationContent(
        kind="mail_failed", event_id=recorded.id, actor_id=None, ticket_id=ticket.id, comment_id=comment.id,
        title=Problem(title, "", {"number": ticket.number, "address": event.address}),
        message=(event.reason or ticket.subject)[:_MOST_WORDS],
    )  # fmt: skip
    people = await queries.recipients(uow.db, [comment.author.id])
    # Mail may be what does not work: the app alone.
    await service.notify(uow, content, [person for person in people if person.is_staff])

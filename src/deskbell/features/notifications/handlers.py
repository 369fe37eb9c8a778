"""What people are told because of an event: in the app, and by mail where they want that."""

from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

import structlog
from msgspec import Struct

from deskbell.features.feedback.events import FeedbackReceived
from deskbell.features.notifications import mails, queries, service
from deskbell.features.notifications.mentions import Mentionable, mentioned
from deskbell.features.notifications.records import Recipient
from deskbell.features.notifications.service import Telling
from deskbell.features.organizations.queries import find_language
from deskbell.features.tickets.events import (
    CommentAdded,
    SlaBreached,
    SlaWarning,
    TicketAssigned,
    TicketCreated,
    TicketUpdated,
)
from deskbell.features.tickets.queries import comments, tickets
from deskbell.features.tickets.records import Comment, Ticket
from deskbell.features.webhooks.events import WebhookDisabled
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import JournalEntry, Recorded
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.kernel.words import DONE
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.mail import MailRefused, OutgoingMail
from deskbell.runtime.reactions import enqueue, job, on
from deskbell.runtime.tools import Tools

_log: Final = structlog.get_logger("deskbell.notifications")
_EXCERPT: Final = 140
KEPT_FOR: Final = timedelta(days=90)
"""How long notifications are kept, read or not; the journal and the tickets tell of it for good."""
_AT_ONCE: Final = 1_000


class _Mailing(Struct, frozen=True):
    organization_id: UUID
    notification_id: UUID


@on(TicketCreated)
async def notify_first_assignee(uow: UnitOfWork, recorded: JournalEntry[TicketCreated], _tools: Tools) -> None:
    """The agent whom a new ticket is assigned to."""
    await _notify_assignee(uow, recorded, recorded.event.ticket_id, recorded.event.assignee_id)


@on(TicketAssigned)
async def notify_new_assignee(uow: UnitOfWork, recorded: JournalEntry[TicketAssigned], _tools: Tools) -> None:
    """The agent whom a ticket is assigned to."""
    change = recorded.event.changes.get("assignee_id")
    if change is not None:
        await _notify_assignee(uow, recorded, recorded.event.ticket_id, change.now)


async def _notify_assignee(
    uow: UnitOfWork, recorded: Recorded, ticket_id: UUID, assignee_id: UUID | str | None
) -> None:
    """Notifies an assignee who did not take the ticket themselves and still has it."""
    ticket = await _ticket(uow, ticket_id)
    if ticket is None or ticket.assignee_id is None or str(ticket.assignee_id) != str(assignee_id):
        return
    telling = Telling(
        kind="ticket_assigned", event_id=recorded.id, actor_id=recorded.actor_id, ticket_id=ticket.id,
        title=f"#{ticket.number} is yours now", message=ticket.subject,
    )  # fmt: skip
    await _tell(uow, telling, await queries.recipients(uow.db, [ticket.assignee_id]))


@on(CommentAdded)
async def tell_of_comment(uow: UnitOfWork, recorded: JournalEntry[CommentAdded], _tools: Tools) -> None:
    """Those whom a comment mentions; and of a reply the other side: the requester, or those who work on the ticket.

    Who is mentioned is told that, and nothing more about the same comment.
    """
    event = recorded.event
    ticket = await _ticket(uow, event.ticket_id)
    comment = (await comments.by_ids(uow.db, [event.comment_id])).get(event.comment_id)
    if ticket is None or comment is None:
        return
    named = await _mentioned(uow, ticket, comment)
    await _tell(uow, _about(recorded, ticket, comment, "mention"), named)
    if comment.public:
        done = {person.id for person in named if person.preferences.wants("mention")}
        others = [person for person in await _other_side(uow, ticket, comment) if person.id not in done]
        await _tell(uow, _about(recorded, ticket, comment, "ticket_updated"), others)


async def _mentioned(uow: UnitOfWork, ticket: Ticket, comment: Comment) -> list[Recipient]:
    """The staff that is named, and in a public comment the requester."""
    if "@" not in comment.body and "＠" not in comment.body:
        return []
    people = await queries.staff(uow.db)
    if comment.public and all(person.id != ticket.requester.id for person in people):
        people += await queries.recipients(uow.db, [ticket.requester.id])
    ids = set(mentioned(comment.body, [Mentionable(person.id, person.name, person.email) for person in people]))
    return [person for person in people if person.id in ids]


async def _other_side(uow: UnitOfWork, ticket: Ticket, comment: Comment) -> list[Recipient]:
    if comment.author.role in STAFF_ROLES and comment.author.id != ticket.requester.id:
        return await queries.recipients(uow.db, [ticket.requester.id])
    return await _responsible(uow, ticket)


async def _responsible(uow: UnitOfWork, ticket: Ticket) -> list[Recipient]:
    """The assignee; without one, the ticket's group."""
    if ticket.assignee_id is not None:
        return await queries.recipients(uow.db, [ticket.assignee_id])
    return await queries.group_staff(uow.db, ticket.group_id) if ticket.group_id is not None else []


def _about(recorded: Recorded, ticket: Ticket, comment: Comment, kind: str) -> Telling:
    """A note's words are not quoted: a notification may be read by somebody who has left the staff since."""
    author = comment.author.name
    did = "mentioned you" if kind == "mention" else "replied"
    return Telling(
        kind=kind, event_id=recorded.id, actor_id=comment.author.id, ticket_id=ticket.id, comment_id=comment.id,
        title=f"{author} {did} in #{ticket.number}",
        message=_excerpt(comment.body) if comment.public else ticket.subject,
    )  # fmt: skip


def _excerpt(body: str) -> str:
    words = " ".join(body.split())
    return words if len(words) <= _EXCERPT else f"{words[: _EXCERPT - 1].rstrip()}…"


@on(TicketUpdated)
async def tell_of_change(uow: UnitOfWork, recorded: JournalEntry[TicketUpdated], _tools: Tools) -> None:
    """That a ticket was solved, closed or reopened: its requester and its assignee; another priority: the assignee.

    Nobody who is told of the same step anyway: by the reply that it came with, or by being handed the ticket.
    """
    event = recorded.event
    outcome, priority = _outcome(event), event.changes.get("priority")
    step = outcome or (f"has the priority {priority.now} now" if priority is not None else None)
    ticket = await _ticket(uow, event.ticket_id) if step is not None else None
    if ticket is None:
        return
    besides = await queries.types_beside(uow.db, recorded.id, ticket.id)
    if CommentAdded.type in besides:
        return
    ids = [] if ticket.assignee_id is None or TicketAssigned.type in besides else [ticket.assignee_id]
    if outcome is not None:
        ids.append(ticket.requester.id)
    telling = Telling(
        kind="ticket_updated", event_id=recorded.id, actor_id=recorded.actor_id, ticket_id=ticket.id,
        title=f"#{ticket.number} {step}", message=ticket.subject,
    )  # fmt: skip
    await _tell(uow, telling, await queries.recipients(uow.db, ids))


def _outcome(event: TicketUpdated) -> str | None:
    """What a change of status means to those who wait for an end; None for one between two states of work."""
    change = event.changes.get("status")
    if change is None or (change.was in DONE) == (change.now in DONE):
        return None
    return f"was {change.now}" if change.now in DONE else "was reopened"


@on(SlaWarning)
async def notify_of_sla_warning(uow: UnitOfWork, recorded: JournalEntry[SlaWarning], _tools: Tools) -> None:
    """Those who work on a ticket whose target will soon be missed; without any, those who lead."""
    event = recorded.event
    await _notify_of_target(
        uow, recorded, event.ticket_id, "sla_warning", f"{_TARGETS[event.target]} of #{{}} is due soon"
    )


@on(SlaBreached)
async def notify_of_sla_breach(uow: UnitOfWork, recorded: JournalEntry[SlaBreached], _tools: Tools) -> None:
    """Those who work on a ticket whose target was missed; without any, those who lead."""
    event = recorded.event
    await _notify_of_target(
        uow, recorded, event.ticket_id, "sla_breach", f"{_TARGETS[event.target]} of #{{}} is overdue"
    )


_TARGETS: Final = {"first_response": "First response", "resolution": "Resolution"}


async def _notify_of_target(
    uow: UnitOfWork, recorded: Recorded, ticket_id: UUID, kind: Literal["sla_warning", "sla_breach"], title: str
) -> None:
    ticket = await _ticket(uow, ticket_id)
    if ticket is None:
        return
    telling = Telling(
        kind=kind, event_id=recorded.id, actor_id=recorded.actor_id, ticket_id=ticket.id,
        title=title.format(ticket.number), message=ticket.subject,
    )  # fmt: skip
    await _tell(uow, telling, await _responsible(uow, ticket) or await queries.leads(uow.db))


@on(FeedbackReceived)
async def tell_of_feedback(uow: UnitOfWork, recorded: JournalEntry[FeedbackReceived], _tools: Tools) -> None:
    """Those who worked on a ticket that its requester has rated."""
    event = recorded.event
    ticket = (await tickets.by_ids(uow.db, [event.ticket_id])).get(event.ticket_id)
    if ticket is None or ticket.deleted_at is not None:
        return
    telling = Telling(
        kind="feedback", event_id=recorded.id, actor_id=recorded.actor_id, ticket_id=ticket.id,
        title=f"#{ticket.number} was rated {event.rating} of 5", message=event.comment or ticket.subject,
    )  # fmt: skip
    await _tell(uow, telling, await _responsible(uow, ticket))


@on(WebhookDisabled)
async def tell_of_webhook(uow: UnitOfWork, recorded: JournalEntry[WebhookDisabled], _tools: Tools) -> None:
    """Those who may switch it on again. The mail to them is the webhooks' own affair: it goes out whatever they prefer."""
    event = recorded.event
    why = "Its receiver is gone (410)" if event.reason == "gone" else f"Nothing has come through ({event.error})"
    telling = Telling(
        kind="webhook_disabled", event_id=recorded.id, actor_id=recorded.actor_id, ticket_id=None,
        title="A webhook was switched off", message=_excerpt(f"{why}: {event.url}"),
    )  # fmt: skip
    await service.notify(uow, telling, await queries.admins(uow.db))


async def _ticket(uow: UnitOfWork, ticket_id: UUID) -> Ticket | None:
    """A ticket, unless it is deleted by now."""
    return await tickets.find_visible(uow.db, uow.actor, ticket_id)


async def _tell(uow: UnitOfWork, telling: Telling, people: list[Recipient]) -> None:
    for notification, person in await service.notify(uow, telling, people):
        if person.preferences.email_notifications:
            await enqueue(uow, mail_notification, _Mailing(uow.actor.organization_id, notification.id))


@job()
async def mail_notification(tools: Tools, payload: bytes) -> None:
    """Sends one notification as a mail. It counts as sent with the mail; after a fault in between it is sent again
    under the same Message-ID, by which mail programs know it.
    """
    mailing = mails.decode(payload, _Mailing)
    actor = Actor.system(mailing.organization_id)
    async with tools.database.unit(actor) as uow:
        mail = await _mail_for(uow, mailing.notification_id, tools.settings.base_url)
    if mail is None:
        return
    try:
        await tools.mailer.send(mail)  # between two units: a slow mail server holds no connection to the database
    except MailRefused:
        _log.warning("a notification's mail was refused for good", notification_id=str(mailing.notification_id))
    async with tools.database.unit(actor) as uow:
        await queries.mark_mailed(uow.db, mailing.notification_id, uow.now)


async def _mail_for(uow: UnitOfWork, notification_id: UUID, base_url: str) -> OutgoingMail | None:
    found = await queries.find_mailable(uow.db, notification_id)
    if found is None:
        return None
    notification, person = found
    ticket = comment = None
    if notification.ticket_id is not None:
        ticket = await tickets.find_visible(uow.db, uow.actor, notification.ticket_id)
    if notification.comment_id is not None:
        comment = (await comments.by_ids(uow.db, [notification.comment_id])).get(notification.comment_id)
    if comment is not None and not comment.public and not person.is_staff:
        return None
    return mails.compose(notification, person, ticket, comment, base_url, await find_language(uow.db))


@job(schedule="47 * * * *")
async def forget_notifications(tools: Tools, _payload: bytes) -> None:
    """Forgets notifications of more than 90 days ago, a batch per transaction."""
    gone = _AT_ONCE
    while gone == _AT_ONCE:
        async with tools.database.unit(None) as uow:
            gone = await queries.forget_before(uow.db, utc_now() - KEPT_FOR, _AT_ONCE)

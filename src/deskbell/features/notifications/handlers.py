"""Notifies users of events, in the app and by mail."""

from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from deskbell.features.feedback.events import FeedbackReceived
from deskbell.features.mail.service.looping import is_looping
from deskbell.features.mail.service.sending import goes_out
from deskbell.features.notifications import (
    about_mail,  # noqa: F401 - its handlers register themselves
    queries,
    service,
)
from deskbell.features.notifications.mailing import notify_and_mail
from deskbell.features.notifications.mentions import Mentionable, mentioned
from deskbell.features.notifications.records import Kind, Recipient
from deskbell.features.notifications.service import NotificationContent
from deskbell.features.rules.events import RuleSwitchedOff
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.events import (
    CommentAdded,
    RuleHalted,
    SlaBreached,
    SlaWarning,
    TicketAssigned,
    TicketCreated,
    TicketUpdated,
)
from deskbell.features.tickets.queries import comments, tickets
from deskbell.features.tickets.records import Ticket
from deskbell.features.webhooks.events import WebhookDisabled
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Problem
from deskbell.kernel.events import JournalEntry, Recorded
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.kernel.words import DONE, Channel
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import job, on
from deskbell.runtime.tools import Tools

_EXCERPT: Final = 140
KEPT_FOR: Final = timedelta(days=90)
"""The lifetime of notifications, read or not. Journal and tickets keep the facts."""
_BATCH_SIZE: Final = 1_000
_OUTCOMES: Final = {
    "solved": "notification.solved", "closed": "notification.closed", "reopened": "notification.reopened",
}  # fmt: skip
_PRIORITIES: Final = {
    "low": "notification.priority.low", "normal": "notification.priority.normal", "high": "notification.priority.high",
    "urgent": "notification.priority.urgent",
}  # fmt: skip
_DUE: Final = {"first_response": "notification.first_response_due", "resolution": "notification.resolution_due"}
_OVERDUE: Final = {
    "first_response": "notification.first_response_overdue", "resolution": "notification.resolution_overdue",
}  # fmt: skip


@on(TicketCreated, batched=True)
async def notify_first_assignee(uow: UnitOfWork, recorded: JournalEntry[TicketCreated], _tools: Tools) -> None:
    """Notifies the assignee of a new ticket."""
    await _notify_assignee(uow, recorded, recorded.event.ticket_id, recorded.event.assignee_id)


@on(TicketAssigned, batched=True)
async def notify_new_assignee(uow: UnitOfWork, recorded: JournalEntry[TicketAssigned], _tools: Tools) -> None:
    """Notifies a ticket's new assignee."""
    change = recorded.event.changes.get("assignee_id")
    if change is not None:
        await _notify_assignee(uow, recorded, recorded.event.ticket_id, change.now)


async def _notify_assignee(
    uow: UnitOfWork, recorded: Recorded, ticket_id: UUID, assignee_id: UUID | str | None
) -> None:
    """Notifies an assignee who did not take the ticket themselves and still has it."""
    ticket = await _ticket(uow, ticket_id) if assignee_id is not None else None
    if ticket is None or ticket.assignee_id is None or str(ticket.assignee_id) != str(assignee_id):
        return
    content = NotificationContent(
        kind="ticket_assigned", event_id=recorded.id, actor_id=recorded.actor_id, ticket_id=ticket.id,
        title=Problem("notification.assigned", "", {"number": ticket.number}), message=ticket.subject,
    )  # fmt: skip
    await notify_and_mail(uow, content, await queries.recipients(uow.db, [ticket.assignee_id]))


@on(CommentAdded, batched=True)
async def notify_of_comment(uow: UnitOfWork, recorded: JournalEntry[CommentAdded], _tools: Tools) -> None:
    """Notifies mentioned users, and for a reply also the other side: the requester, or the responsible agents.

    A mentioned user gets one notification for the comment, the mention. An automatic mail causes no notification,
    and neither do mails that look like a loop.
    """
    event = recorded.event
    if event.automatic:
        return
    ticket = await _ticket(uow, event.ticket_id)
    comment = (await comments.by_ids(uow.db, [event.comment_id])).get(event.comment_id)
    if ticket is None or comment is None:
        return
    if comment.channel is Channel.EMAIL and await is_looping(uow, ticket):
        return
    named = await _mentioned(uow, ticket, comment)
    # A reply of the staff is mailed to the customers already.
    replied_to = goes_out(comment, ticket)
    await notify_and_mail(uow, _about(recorded, ticket, comment, "mention"), named, customers_have_mail=replied_to)
    if comment.public:
        done = {person.id for person in named if person.preferences.wants("mention")}
        others = [person for person in await _other_side(uow, ticket, comment) if person.id not in done]
        about = _about(recorded, ticket, comment, "ticket_updated")
        await notify_and_mail(uow, about, others, customers_have_mail=replied_to)


async def _mentioned(uow: UnitOfWork, ticket: Ticket, comment: Comment) -> list[Recipient]:
    """The mentioned staff and, in a public comment, the requester."""
    if not comment.mentions and "@" not in comment.body and "＠" not in comment.body:
        return []
    people = await queries.staff(uow.db)
    if comment.public and all(person.id != ticket.requester.id for person in people):
        people += await queries.recipients(uow.db, [ticket.requester.id])
    ids = set(mentioned(comment.body, [Mentionable(person.id, person.name, person.email) for person in people]))
    ids.update(comment.mentions)
    return [person for person in people if person.id in ids]


async def _other_side(uow: UnitOfWork, ticket: Ticket, comment: Comment) -> list[Recipient]:
    following = await queries.staff_following(uow.db, ticket.id)
    if comment.author.role in STAFF_ROLES and comment.author.id != ticket.requester.id:
        return await queries.recipients(uow.db, [ticket.requester.id]) + following
    return await _responsible(uow, ticket) + following


async def _responsible(uow: UnitOfWork, ticket: Ticket) -> list[Recipient]:
    """The assignee; without one, the members of the ticket's group."""
    if ticket.assignee_id is not None:
        return await queries.recipients(uow.db, [ticket.assignee_id])
    return await queries.group_staff(uow.db, ticket.group_id) if ticket.group_id is not None else []


def _about(recorded: Recorded, ticket: Ticket, comment: Comment, kind: Kind) -> NotificationContent:
    """The notification of a comment. Notes are not quoted, because readers may leave the staff later."""
    title = "notification.mention" if kind == "mention" else "notification.reply"
    return NotificationContent(
        kind=kind, event_id=recorded.id, actor_id=comment.author.id, ticket_id=ticket.id, comment_id=comment.id,
        title=Problem(title, "", {"author": comment.author.name, "number": ticket.number}),
        message=_excerpt(comment.body) if comment.public else ticket.subject,
    )  # fmt: skip


def _excerpt(body: str) -> str:
    words = " ".join(body.split())
    return words if len(words) <= _EXCERPT else f"{words[: _EXCERPT - 1].rstrip()}…"


@on(TicketUpdated, batched=True)
async def notify_of_change(uow: UnitOfWork, recorded: JournalEntry[TicketUpdated], _tools: Tools) -> None:
    """Notifies requester and assignee of a solved, closed or reopened ticket, and the assignee of a new priority.

    Skips users who are notified of the same step already: by its reply, or by the assignment.
    """
    event = recorded.event
    outcome, priority = _outcome(event), event.changes.get("priority")
    title = _OUTCOMES[outcome] if outcome is not None else _PRIORITIES[priority.now] if priority is not None else None
    ticket = await _ticket(uow, event.ticket_id) if title is not None else None
    if title is None or ticket is None:
        return
    recorded_types = await queries.types_in_same_transaction(uow.db, recorded.id, ticket.id)
    if CommentAdded.type in recorded_types:
        return
    ids = [] if ticket.assignee_id is None or TicketAssigned.type in recorded_types else [ticket.assignee_id]
    if outcome is not None:
        ids.append(ticket.requester.id)
    content = NotificationContent(
        kind="ticket_updated", event_id=recorded.id, actor_id=recorded.actor_id, ticket_id=ticket.id,
        title=Problem(title, "", {"number": ticket.number}), message=ticket.subject,
    )  # fmt: skip
    await notify_and_mail(uow, content, await queries.recipients(uow.db, ids))


def _outcome(event: TicketUpdated) -> str | None:
    """The outcome of a change of status for the requester; None for a change between two open states."""
    change = event.changes.get("status")
    if change is None or (change.was in DONE) == (change.now in DONE):
        return None
    return str(change.now) if change.now in DONE else "reopened"


@on(SlaWarning, batched=True)
async def notify_of_sla_warning(uow: UnitOfWork, recorded: JournalEntry[SlaWarning], _tools: Tools) -> None:
    """Notifies the responsible agents of a target that is due soon; without any, the team leads and admins."""
    event = recorded.event
    await _notify_of_target(uow, recorded, event.ticket_id, "sla_warning", _DUE[event.target])


@on(SlaBreached, batched=True)
async def notify_of_sla_breach(uow: UnitOfWork, recorded: JournalEntry[SlaBreached], _tools: Tools) -> None:
    """Notifies the responsible agents of a missed target; without any, the team leads and admins."""
    event = recorded.event
    await _notify_of_target(uow, recorded, event.ticket_id, "sla_breach", _OVERDUE[event.target])


async def _notify_of_target(
    uow: UnitOfWork, recorded: Recorded, ticket_id: UUID, kind: Literal["sla_warning", "sla_breach"], title: str
) -> None:
    ticket = await _ticket(uow, ticket_id)
    if ticket is None:
        return
    content = NotificationContent(
        kind=kind, event_id=recorded.id, actor_id=recorded.actor_id, ticket_id=ticket.id,
        title=Problem(title, "", {"number": ticket.number}), message=ticket.subject,
    )  # fmt: skip
    await notify_and_mail(uow, content, await _responsible(uow, ticket) or await queries.leads(uow.db))


@on(FeedbackReceived, batched=True)
async def notify_of_feedback(uow: UnitOfWork, recorded: JournalEntry[FeedbackReceived], _tools: Tools) -> None:
    """Notifies the responsible agents of a ticket's rating."""
    event = recorded.event
    ticket = (await tickets.by_ids(uow.db, [event.ticket_id])).get(event.ticket_id)
    if ticket is None or ticket.deleted_at is not None:
        return
    content = NotificationContent(
        kind="feedback", event_id=recorded.id, actor_id=recorded.actor_id, ticket_id=ticket.id,
        title=Problem("notification.rated", "", {"number": ticket.number, "rating": event.rating}),
        message=event.comment or ticket.subject,
    )  # fmt: skip
    await notify_and_mail(uow, content, await _responsible(uow, ticket))


@on(WebhookDisabled, batched=True)
async def notify_of_disabled_webhook(uow: UnitOfWork, recorded: JournalEntry[WebhookDisabled], _tools: Tools) -> None:
    """Notifies the admins, who may re-enable it. The mail to them is sent in any case, by the webhooks' handlers."""
    event = recorded.event
    why = "Its receiver is gone (410)" if event.reason == "gone" else f"Nothing has come through ({event.error})"
    content = NotificationContent(
        kind="webhook_disabled", event_id=recorded.id, actor_id=recorded.actor_id, ticket_id=None,
        title=Problem("notification.webhook_disabled"), message=_excerpt(f"{why}: {event.url}"),
    )  # fmt: skip
    await service.notify(uow, content, await queries.admins(uow.db))


@on(RuleSwitchedOff, batched=True)
async def notify_of_rule_switched_off(uow: UnitOfWork, recorded: JournalEntry[RuleSwitchedOff], _tools: Tools) -> None:
    """Notifies the admins of a rule that Deskbell switched off."""
    why = {"reference_gone": "Something that it names was deleted", "failing": "It failed 20 times in an hour"}
    content = NotificationContent(
        kind="rule_stopped", event_id=recorded.id, actor_id=None, ticket_id=None,
        title=Problem("notification.rule_switched_off"),
        message=_excerpt(f"{recorded.event.name}: {why.get(recorded.event.reason, recorded.event.reason)}"),
    )  # fmt: skip
    await service.notify(uow, content, await queries.admins(uow.db))


@on(RuleHalted, batched=True)
async def notify_of_halted_rule(uow: UnitOfWork, recorded: JournalEntry[RuleHalted], _tools: Tools) -> None:
    """Notifies the admins of rules that a bound stopped on a ticket."""
    ticket = await _ticket(uow, recorded.event.ticket_id)
    if ticket is None:
        return
    content = NotificationContent(
        kind="rule_stopped", event_id=recorded.id, actor_id=None, ticket_id=ticket.id,
        title=Problem("notification.rules_stopped", "", {"number": ticket.number}), message=_BOUNDS[recorded.event.bound],
    )  # fmt: skip
    await service.notify(uow, content, await queries.admins(uow.db))


_BOUNDS: Final = {
    "firings": "64 rules fired for one change",
    "rounds": "Rules woke one another five times in a row",
    "repeated": "A rule fired ten times within ten minutes; it rests on this ticket for an hour",
}


async def _ticket(uow: UnitOfWork, ticket_id: UUID) -> Ticket | None:
    """A ticket, unless it is deleted."""
    return await tickets.find_visible(uow.db, uow.actor, ticket_id)


@job(schedule="47 * * * *")
async def delete_old_notifications(tools: Tools, _payload: bytes) -> None:
    """Deletes notifications older than 90 days, one batch per transaction."""
    deleted = _BATCH_SIZE
    while deleted == _BATCH_SIZE:
        async with tools.database.unit(None) as uow:
            deleted = await queries.delete_before(uow.db, utc_now() - KEPT_FOR, _BATCH_SIZE)

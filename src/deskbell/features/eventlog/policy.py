"""Who may know of an event. Plain functions, no I/O."""

from deskbell.features.eventlog.records import Occurrence
from deskbell.features.notifications.events import NotificationCreated
from deskbell.features.tickets.events import AboutComment, AboutTicket, CommentAdded, CommentEdited, TicketDeleted
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission


def may_know(actor: Actor, occurrence: Occurrence) -> bool:
    """Whether this actor may be told: what a request of theirs would show them, and nothing else.

    Of a ticket that is deleted by now nobody learns more than that it was deleted; what has no subject any more is told
    to nobody.
    """
    event = occurrence.recorded.event
    if isinstance(event, NotificationCreated):
        return event.user_id == actor.user_id and _may_know_notification(actor, occurrence)
    if not isinstance(event, AboutTicket) or occurrence.ticket is None or not actor.may(Permission.TICKET_READ):
        return False
    if occurrence.ticket.deleted_at is not None and not isinstance(event, TicketDeleted):
        return False
    if isinstance(event, AboutComment) and not _may_know_comment(actor, occurrence, event):
        return False
    return actor.is_staff or (not event.internal and occurrence.ticket.requester.id == actor.user_id)


def _may_know_comment(actor: Actor, occurrence: Occurrence, event: AboutComment) -> bool:
    if not actor.may(Permission.COMMENT_READ):
        return False
    if isinstance(event, CommentAdded | CommentEdited):
        return occurrence.comment is not None and (occurrence.comment.public or actor.reads_notes)
    return event.public or actor.reads_notes


def _may_know_notification(actor: Actor, occurrence: Occurrence) -> bool:
    """A notification quotes what it is about: to read it takes the permissions to read that."""
    notification, comment = occurrence.notification, occurrence.comment
    if notification is None or not actor.may(Permission.NOTIFICATION_READ):
        return False
    if notification.ticket_id is not None and not actor.may(Permission.TICKET_READ):
        return False
    if notification.kind == "webhook_disabled":
        return actor.may(Permission.WEBHOOK_MANAGE)
    if notification.comment_id is None:
        return True
    if not actor.may(Permission.COMMENT_READ):
        return False
    return actor.reads_notes or not actor.is_staff or (comment is not None and comment.public)

"""Who may know of an event. Plain functions, no I/O."""

from typing import Final

from deskbell.features.access.events import AboutMember, MemberAdded, MemberRemoved, MemberUpdated
from deskbell.features.eventlog.records import EventWithObjects
from deskbell.features.notifications.events import NotificationCreated
from deskbell.features.tickets.events import AboutTicket, CommentAdded, CommentEdited, TicketDeleted
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.actor import Actor
from deskbell.kernel.events import DomainEvent, event_types
from deskbell.kernel.permissions import Permission, Role
from deskbell.kernel.words import Channel
from deskbell.runtime.discovery import load_all
from deskbell.runtime.journal.description import DIRECTORY, may_see, needed_to_read

_SHOWN_OF_STAFF: Final = frozenset({"availability", "avatar_url", "name", "role"})


def is_of_directory(event: DomainEvent) -> bool:
    """Whether an event changes a small list that clients of the staff keep, the staff themselves included."""
    if isinstance(event, MemberAdded | MemberRemoved):
        return event.role != Role.CUSTOMER
    if isinstance(event, MemberUpdated):
        return not _SHOWN_OF_STAFF.isdisjoint(event.changes)
    return event.subject_type in DIRECTORY


def directory_messages() -> frozenset[str]:
    """The names of the messages that say that a small list has changed."""
    load_all("deskbell.features")
    return frozenset(name for name, kind in event_types().items() if kind.subject_type in DIRECTORY) | {
        "people.updated"
    }


def may_know(actor: Actor, entry: EventWithObjects) -> bool:
    """Whether an actor may be shown an event with its objects: what a request of theirs would show them, and nothing else.

    Of a ticket that is deleted by now they learn only that it was deleted; an event without its object is shown to no one.
    """
    event, ticket, comment = entry.recorded.event, entry.ticket, entry.comment
    if isinstance(event, NotificationCreated):
        return may_see(actor, event) and _may_know_notification(actor, entry)
    if event.subject_type in DIRECTORY:
        return actor.is_staff and all(map(actor.may, needed_to_read(event.subject_type)))
    if isinstance(event, AboutMember):
        return is_of_directory(event) and actor.is_staff and actor.may(Permission.AGENT_READ)
    if not isinstance(event, AboutTicket) or ticket is None:
        return False
    if ticket.deleted_at is not None and not isinstance(event, TicketDeleted):
        return False
    # What is shown is the comment of this moment, whatever it was when the event was recorded.
    if isinstance(event, CommentAdded | CommentEdited) and (
        comment is None or not (comment.public or actor.reads_notes)
    ):
        return False
    if not actor.verified:
        return _may_know_unproven(actor, entry)
    return may_see(actor, event, participants={ticket.requester.id, *entry.followers})


def _may_know_unproven(actor: Actor, entry: EventWithObjects) -> bool:
    """As rows are filtered for who has not confirmed their address: tickets that they filed, without mails in their name."""
    ticket, comment = entry.ticket, entry.comment
    if ticket is None or not ticket.self_filed:
        return False
    if comment is not None and comment.channel is Channel.EMAIL and comment.author.id == actor.user_id:
        return False
    return may_see(actor, entry.recorded.event, participants={ticket.requester.id})


def _filed_by(actor: Actor, ticket: Ticket | None) -> bool:
    """Whether the actor filed a ticket, signed in: who has not confirmed their address sees no other one."""
    return ticket is not None and ticket.self_filed and ticket.requester.id == actor.user_id


def _may_know_notification(actor: Actor, entry: EventWithObjects) -> bool:
    """A notification quotes what it is about: to read it takes the permissions to read that."""
    notification, comment = entry.notification, entry.comment
    if notification is None or not actor.may(Permission.NOTIFICATION_READ):
        return False
    if notification.ticket_id is not None and not actor.verified and not _filed_by(actor, entry.notified_of):
        return False
    if notification.ticket_id is not None and not actor.may(Permission.TICKET_READ):
        return False
    if notification.kind == "webhook_disabled":
        return actor.may(Permission.WEBHOOK_MANAGE)
    if notification.kind == "rule_stopped":
        return actor.may(Permission.RULE_READ)
    if notification.comment_id is None:
        return True
    if not actor.may(Permission.COMMENT_READ):
        return False
    return actor.reads_notes or not actor.is_staff or (comment is not None and comment.public)

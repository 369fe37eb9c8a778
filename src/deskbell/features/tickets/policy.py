"""Who may do what to a ticket or comment, and what follows from a change. Plain functions, no I/O."""

import re
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import UNSET, UnsetType

from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.records import ResolvedChanges, Ticket
from deskbell.kernel.actor import Actor
from deskbell.kernel.changes import applied
from deskbell.kernel.errors import Forbidden
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import DONE, PRIORITIES, Priority, Status

_WEB_ADDRESS: Final = re.compile(r"^https?://[^\s/?#]+", re.IGNORECASE)


def after_status(ticket: Ticket, status: Status, now: datetime) -> ResolvedChanges:
    """A new status with the fields that follow from it.

    A ticket counts as resolved from the moment it is solved, or closed without having been solved. Opening it again undoes
    that and counts as a reopening.
    """
    if status in DONE:
        closed_at = now if status == Status.CLOSED else None
        return ResolvedChanges(
            status=status, status_id=_left(ticket.status_id), snoozed_until=_left(ticket.snoozed_until),
            solved_at=ticket.solved_at or now, closed_at=closed_at,
            waiting_since=None,
        )  # fmt: skip
    return ResolvedChanges(
        status=status, status_id=_left(ticket.status_id), snoozed_until=_left(ticket.snoozed_until),
            solved_at=None, closed_at=None, reopen_count=ticket.reopen_count + 1 if ticket.done else UNSET,
        waiting_since=now if ticket.done else UNSET,
    )  # fmt: skip


def one_higher(priority: Priority) -> Priority:
    """The next priority; the highest stays."""
    return PRIORITIES[min(PRIORITIES.index(priority) + 1, len(PRIORITIES) - 1)]


def _left(present: object) -> UnsetType | None:
    """None for a value that ends with the status, UNSET where there is none."""
    return UNSET if present is None else None


def after_comment(ticket: Ticket, author_id: UUID, *, by_staff: bool, public: bool, now: datetime) -> ResolvedChanges:
    """The fields that a comment changes: the first response, the status that follows from its author, and who waits.

    The first public comment by staff other than the requester is the first response, and a new ticket is open from
    then on. A customer's comment reopens a ticket that waits for them or is done.
    """
    if not public:
        return ResolvedChanges()
    if by_staff and author_id != ticket.requester.id:
        return ResolvedChanges(
            first_response_at=now if ticket.first_response_at is None else UNSET,
            status=Status.OPEN if ticket.status == Status.NEW else UNSET,
            status_id=_left(ticket.status_id) if ticket.status == Status.NEW else UNSET,
            waiting_since=UNSET if ticket.waiting_since is None else None,
        )
    waiting = ResolvedChanges(waiting_since=now if ticket.waiting_since is None else UNSET)
    if ticket.status == Status.PENDING or ticket.done:
        return applied(after_status(ticket, Status.OPEN, now), waiting)
    return waiting


def require_requester(actor: Actor, ticket: Ticket) -> None:
    """A customer who only follows a ticket reads and answers; its requester decides whether it is done."""
    if not actor.is_staff and ticket.requester.id != actor.user_id:
        raise Forbidden("status.requester_only")


def require_customer_status(ticket: Ticket, status: Status) -> None:
    """A customer may call their ticket solved or closed, and open it again; the rest is the staff's to decide."""
    if status in DONE or (status == Status.OPEN and ticket.done) or status == ticket.status:
        return
    raise Forbidden("status.staff_only")


def may_change_comment(actor: Actor, comment: Comment) -> bool:
    """Authors correct their own words; admins may correct any."""
    return comment.author.id == actor.user_id or actor.may(Permission.COMMENT_DELETE)


def is_web_address(text: str) -> bool:
    """Whether an attachment may link to this address: any scheme but http and https could run code in the reader's page."""
    return _WEB_ADDRESS.match(text) is not None

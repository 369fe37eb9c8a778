"""Who may do what to a ticket or comment, and what follows from a change. Plain functions, no I/O."""

import re
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from deskbell.features.tickets.records import DONE, Comment, Ticket
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Forbidden
from deskbell.kernel.permissions import Permission

_WEB_ADDRESS: Final = re.compile(r"^https?://[^\s/?#]+", re.IGNORECASE)


def after_status(ticket: Ticket, status: str, now: datetime) -> dict[str, Any]:
    """The fields that a new status brings with it.

    A ticket counts as resolved from the moment it is solved, or closed without having been solved; opening it again
    takes that back and counts as a reopening.
    """
    fields: dict[str, Any] = {"status": status}
    if status in DONE:
        fields["solved_at"] = ticket.solved_at or now
        fields["closed_at"] = now if status == "closed" else None
    else:
        fields["solved_at"] = fields["closed_at"] = None
        if ticket.done:
            fields["reopen_count"] = ticket.reopen_count + 1
    return fields


def after_comment(ticket: Ticket, author_id: UUID, *, by_staff: bool, public: bool, now: datetime) -> dict[str, Any]:
    """The fields that a comment changes: first response, and the status that follows from who spoke.

    The first public comment by staff other than the requester is the first response, and a new ticket is open from
    then on. A customer's words bring a ticket that waits for them, or was done, back to open.
    """
    if not public:
        return {}
    if by_staff and author_id != ticket.requester.id:
        fields: dict[str, Any] = {}
        if ticket.first_response_at is None:
            fields["first_response_at"] = now
        if ticket.status == "new":
            fields["status"] = "open"
        return fields
    if ticket.status == "pending" or ticket.done:
        return after_status(ticket, "open", now)
    return {}


def require_customer_status(ticket: Ticket, status: str) -> None:
    """A customer may call their ticket solved or closed, and open it again; the rest is the staff's to decide."""
    if status in DONE or (status == "open" and ticket.done) or status == ticket.status:
        return
    raise Forbidden("status.staff_only")


def may_change_comment(actor: Actor, comment: Comment) -> bool:
    """Authors correct their own words; admins may correct any."""
    return comment.author.id == actor.user_id or actor.may(Permission.COMMENT_DELETE)


def with_fields(ticket: Ticket, fields: dict[str, Any]) -> Ticket:
    """The ticket with new values and the next version."""
    return msgspec.structs.replace(ticket, **fields, version=ticket.version + 1)


def is_web_address(text: str) -> bool:
    """Whether an attachment may link to this address: any scheme but http and https could run code in the reader's page."""
    return _WEB_ADDRESS.match(text) is not None

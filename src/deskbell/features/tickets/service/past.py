"""States of a ticket in the past: from its present row backwards through the journal, putting `was` in place of `now`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.tickets.events import (
    CommentAdded,
    CommentDeleted,
    CommentEdited,
    TicketAssigned,
    TicketCreated,
    TicketDeleted,
    TicketRestored,
    TicketUpdated,
)
from deskbell.features.tickets.queries import past as queries
from deskbell.features.tickets.queries.past import PastEvent
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.service.reading import find
from deskbell.features.tickets.service.recording import ASSIGNMENT, CONTENT
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import DONE, Status
from deskbell.runtime.database import UnitOfWork

Values = dict[str, Any]
"""The recorded fields of a ticket by their names in the journal, as JSON."""
_NAMES: Final = {**ASSIGNMENT, **CONTENT}


class PastComment(Struct, frozen=True, kw_only=True):
    """A comment as of a moment. The words of one that was `edited` or `deleted` later are not kept."""

    id: UUID
    public: bool
    written_at: datetime
    since: str | None = None


class PastTicket(Struct, frozen=True, kw_only=True):
    """A ticket as it was at a moment."""

    id: UUID
    number: int
    at: datetime
    fields: Values
    deleted: bool
    comments: list[PastComment]


async def state_at(uow: UnitOfWork, ticket_id: UUID, at: datetime) -> PastTicket:
    """A ticket as it was at a moment. Raises `NotFound`, `Invalid` for a moment before it was filed."""
    uow.actor.require(Permission.TICKET_READ, Permission.TICKET_EXPLAIN)
    ticket = await find(uow, ticket_id)
    events = await queries.events_of(uow.db, ticket_id)
    if at < ticket.created_at:
        raise Invalid.field("at", "ticket.not_yet", created_at=ticket.created_at.isoformat())
    before = [each for each in events if each.at <= at]
    moves = [each.event for each in before if isinstance(each.event, TicketDeleted | TicketRestored)]
    return PastTicket(
        id=ticket.id, number=ticket.number, at=at,
        fields=rewound(values_of(ticket), [each for each in events if each.at > at]),
        deleted=bool(moves) and isinstance(moves[-1], TicketDeleted),
        comments=_comments(events, at) if uow.actor.may(Permission.COMMENT_READ) else [],
    )  # fmt: skip


def values_of(ticket: Ticket) -> Values:
    """The present values of the recorded fields."""
    found = {in_journal: getattr(ticket, name) for name, in_journal in _NAMES.items()}
    for name, in_journal in _NAMES.items():
        if in_journal == f"{name}_id":
            found[in_journal] = getattr(ticket, f"{name}_id")
    values: Values = msgspec.to_builtins(found)
    return values


def rewound(present: Mapping[str, Any], later: Sequence[PastEvent]) -> Values:
    """Values before these events, which are all that followed, in their order."""
    values = dict(present)
    for each in reversed(later):
        if isinstance(each.event, TicketUpdated | TicketAssigned):
            for name, change in each.event.changes.items():
                if name in values:
                    values[name] = change.was
    return values


def _comments(events: Sequence[PastEvent], at: datetime) -> list[PastComment]:
    since: dict[UUID, str] = {}
    gone: set[UUID] = set()
    for each in events:
        if isinstance(each.event, CommentDeleted):
            since[each.event.comment_id] = "deleted"
            gone |= {each.event.comment_id} if each.at <= at else set()
        elif isinstance(each.event, CommentEdited) and each.at > at:
            since[each.event.comment_id] = "edited"
    return [
        PastComment(
            id=each.event.comment_id, public=each.event.public, written_at=each.at, since=since.get(each.event.comment_id)
        )
        for each in events
        if isinstance(each.event, CommentAdded) and each.at <= at and each.event.comment_id not in gone
    ]  # fmt: skip


@step("readings of the journal that authorise their actor")
def done_since(status: str, before: Sequence[PastEvent]) -> datetime | None:
    """Since when a ticket with this status is done."""
    if status not in DONE:
        return None
    for each in reversed(before):
        if isinstance(each.event, TicketUpdated):
            change = each.event.changes.get("status")
            if change is not None and change.was not in DONE:
                return each.at
        if isinstance(each.event, TicketCreated):
            return each.at
    return None


@step("readings of the journal that authorise their actor")
def closed_since(status: str, before: Sequence[PastEvent]) -> datetime | None:
    """Since when a ticket with this status is closed."""
    if status != Status.CLOSED:
        return None
    moves = [
        each.at
        for each in before
        if isinstance(each.event, TicketCreated)
        or (isinstance(each.event, TicketUpdated) and "status" in each.event.changes)
    ]
    return moves[-1] if moves else None

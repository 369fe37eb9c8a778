"""The body of a webhook call: `{"type", "timestamp", "data"}`, with tickets and comments in the shapes of a contract.

Features do not import contracts, so that the process which delivers webhooks passes the shapes in.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct

from deskbell.features.access.events import AboutMember, MemberUpdated
from deskbell.features.feedback.events import FeedbackReceived
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.events import (
    AboutComment,
    AboutFollower,
    AboutTarget,
    CommentDeleted,
    RuleFailed,
    RuleFired,
    RuleHalted,
    TicketAssigned,
    TicketPurged,
    TicketUpdated,
)
from deskbell.features.tickets.queries import comments, references, tickets
from deskbell.features.tickets.queries.rules import rules_behind
from deskbell.features.tickets.records import ByRule, Person, Ticket
from deskbell.kernel.events import Change, DomainEvent, Recorded
from deskbell.runtime.journal.description import describe
from deskbell.runtime.sql import Db


class Shapes(Struct, frozen=True):
    """A contract's shapes of a ticket, as staff see it, and of a comment."""

    ticket: Callable[[Ticket], Struct]
    comment: Callable[[Comment], Struct]


async def bodies_of(db: Db, events: Sequence[Recorded], shapes: Shapes) -> dict[int, str]:
    """The body of each event of the entered organization, by the event's id. Issues one query per kind of object."""
    about = {e.event.about_ticket for e in events if e.event.about_ticket is not None}
    words = {e.event.comment_id for e in events if isinstance(e.event, AboutComment)}
    people = {e.event.user_id for e in events if isinstance(e.event, AboutMember)}
    found = _Subjects(
        shapes,
        await tickets.by_ids(db, list(about)) if about else {},
        await comments.by_ids(db, list(words)) if words else {},
        await references.find_people(db, list(people)) if people else {},
    )
    caused = {(each.rule_id, each.operation_id) for each in events if each.rule_id is not None}
    rules = await rules_behind(db, about, caused)
    return {each.id: body(each.event.type, each.at, found.data_of(each.event) | _cause(each, rules)) for each in events}


def _cause(entry: Recorded, rules: Mapping[tuple[UUID, UUID | None], ByRule]) -> dict[str, Any]:
    """The rule whose action an event on a ticket is, and the operation that it belongs to."""
    if entry.event.about_ticket is None or isinstance(entry.event, TicketPurged):
        return {}
    rule = None if entry.rule_id is None else rules.get((entry.rule_id, entry.operation_id))
    return {"by": None if rule is None else {"rule": rule}, "operation_id": entry.operation_id}


def body(kind: str, at: datetime, data: Any) -> str:
    """The text that is signed and sent."""
    return msgspec.json.encode({"type": kind, "timestamp": at, "data": data}).decode()


class _Subjects(Struct, frozen=True):
    """The objects that some events are about, as far as they still exist."""

    shapes: Shapes
    tickets: Mapping[UUID, Ticket]
    comments: Mapping[UUID, Comment]
    people: Mapping[UUID, Person]

    def data_of(self, event: DomainEvent) -> dict[str, Any]:
        """An event's `data`. For an object that no longer exists, it holds what the event itself records."""
        if isinstance(event, AboutMember):
            return self._member(event)
        if event.about_ticket is None:
            return _plain(event)
        ticket = self.tickets.get(event.about_ticket)
        if isinstance(event, AboutComment):
            return self._comment(event, ticket)
        if isinstance(event, FeedbackReceived):
            return _plain(event) | ({"ticket": self.shapes.ticket(ticket)} if ticket is not None else {})
        if ticket is None or isinstance(event, TicketPurged):
            return {"id": event.about_ticket}
        data = msgspec.structs.asdict(self.shapes.ticket(ticket))
        if isinstance(event, TicketUpdated | TicketAssigned):
            data["changes"] = _changes(event)
        if isinstance(event, RuleFired | RuleHalted | RuleFailed):
            return _plain(event) | {"ticket": data}
        if isinstance(event, AboutFollower):
            return _plain(event) | {"ticket": data}
        if isinstance(event, AboutTarget):
            data |= {"target": event.target, "due_at": event.due_at}
        return data

    def _comment(self, event: AboutComment, ticket: Ticket | None) -> dict[str, Any]:
        comment = self.comments.get(event.comment_id)
        if comment is None or ticket is None or isinstance(event, CommentDeleted):
            return {"id": event.comment_id, "ticket_id": event.ticket_id, "public": event.public}
        shown = msgspec.structs.asdict(self.shapes.comment(comment))
        return {key: value for key, value in shown.items() if value is not UNSET} | {
            "ticket": self.shapes.ticket(ticket)
        }

    def _member(self, event: AboutMember) -> dict[str, Any]:
        person = self.people.get(event.user_id)
        data: dict[str, Any] = {"id": event.user_id}
        if person is not None:
            data |= msgspec.structs.asdict(person)
        return data | ({"changes": _changes(event)} if isinstance(event, MemberUpdated) else {})


def _plain(event: DomainEvent) -> dict[str, Any]:
    return msgspec.structs.asdict(event)


def _changes(event: DomainEvent) -> dict[str, Change]:
    """Every change: an organization's programs get what its staff sees."""
    step = describe(event, staff=True)
    return step.changes if step is not None else {}

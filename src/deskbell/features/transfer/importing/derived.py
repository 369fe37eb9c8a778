"""Values that a line leaves out and that follow from the rest: times, counts and the initial state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from deskbell.features.transfer.format.records import Change, Ticket
from deskbell.features.transfer.format.types import ChangedField
from deskbell.features.transfer.importing.rows import Member

_DONE: Final = ("solved", "closed")


class Derived(Struct, frozen=True, kw_only=True):
    """The times and counts of a ticket."""

    created_at: datetime
    updated_at: datetime
    first_response_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    reopen_count: int
    waiting_since: datetime | None


class InitialState(Struct, frozen=True, kw_only=True):
    """A ticket as it was created; people by address, the group by name."""

    subject: str
    status: str
    priority: str
    assignee: str | None
    group: str | None


def derive(ticket: Ticket, members: Mapping[str, Member], now: datetime, *, complete: bool) -> Derived:
    """A ticket's times and counts. In a `complete` line, which comes from an export, an absent value is not derived."""
    created_at = ticket.created_at or min([*_known_times(ticket), now])
    updated_at = ticket.updated_at or max([created_at, *_known_times(ticket)])
    if complete:
        return Derived(
            created_at=created_at, updated_at=updated_at, first_response_at=ticket.first_response_at,
            solved_at=ticket.solved_at, closed_at=ticket.closed_at, reopen_count=ticket.reopen_count or 0,
            waiting_since=_waiting_since(ticket, members, created_at),
        )  # fmt: skip
    closed_at = ticket.closed_at
    if closed_at is None and ticket.status == "closed":
        closed_at = _last_transition(ticket, into=("closed",)) or ticket.solved_at or updated_at
    solved_at = ticket.solved_at
    if solved_at is None and ticket.status in _DONE:
        solved_at = _last_transition(ticket, into=_DONE) or closed_at or updated_at
    return Derived(
        created_at=created_at,
        updated_at=updated_at,
        first_response_at=ticket.first_response_at or _first_response(ticket, members, created_at),
        solved_at=solved_at,
        closed_at=closed_at,
        reopen_count=_reopenings(ticket) if ticket.reopen_count is None else ticket.reopen_count,
        waiting_since=_waiting_since(ticket, members, created_at),
    )


def initial_state(ticket: Ticket) -> InitialState:
    """The ticket before its first change."""
    first: dict[str, Change] = {}
    for change in sorted(ticket.changes, key=lambda change: change.at):
        first.setdefault(change.field, change)

    def before(field: ChangedField, today: str | None) -> str | None:
        return today if field not in first else _text(first[field].was)

    return InitialState(
        subject=before("subject", ticket.subject) or ticket.subject,
        status=before("status", ticket.status) or "new",
        priority=before("priority", ticket.priority) or "normal",
        assignee=before("assignee", ticket.assignee.email if ticket.assignee else None),
        group=before("group", ticket.group),
    )


def comment_times(ticket: Ticket, created_at: datetime) -> list[datetime]:
    """The creation time of each comment; one without a time takes that of the comment before it."""
    times: list[datetime] = []
    for comment in ticket.comments:
        times.append(comment.created_at or (times[-1] if times else created_at))
    return times


def _known_times(ticket: Ticket) -> list[datetime]:
    times = [ticket.created_at, ticket.updated_at, ticket.first_response_at, ticket.solved_at, ticket.closed_at]
    times += [change.at for change in ticket.changes]
    for comment in ticket.comments:
        times += [comment.created_at, comment.edited_at]
    return [time for time in times if time is not None]


def _first_response(ticket: Ticket, members: Mapping[str, Member], created_at: datetime) -> datetime | None:
    answers = [
        at
        for comment, at in zip(ticket.comments, comment_times(ticket, created_at), strict=True)
        if comment.public and comment.author.email != ticket.requester.email and members[comment.author.email].is_staff
    ]
    return min(answers, default=None)


def _waiting_since(ticket: Ticket, members: Mapping[str, Member], created_at: datetime) -> datetime | None:
    """Since when the requester has waited: the first of the customers' words that no public words of the staff follow."""
    if ticket.status in _DONE:
        return None
    since: datetime | None = created_at
    times = comment_times(ticket, created_at)
    for at, comment in sorted(zip(times, ticket.comments, strict=True), key=lambda each: each[0]):
        if not comment.public:
            continue
        answers = comment.author.email != ticket.requester.email and members[comment.author.email].is_staff
        since = None if answers else since or at
    return since


def _transitions(ticket: Ticket) -> list[Change]:
    return sorted((change for change in ticket.changes if change.field == "status"), key=lambda change: change.at)


def _last_transition(ticket: Ticket, *, into: tuple[str, ...]) -> datetime | None:
    transitions = [change.at for change in _transitions(ticket) if change.now in into and change.was not in into]
    return transitions[-1] if transitions else None


def _reopenings(ticket: Ticket) -> int:
    return sum(1 for change in _transitions(ticket) if change.was in _DONE and change.now not in _DONE)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

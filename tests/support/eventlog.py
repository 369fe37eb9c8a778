"""The incident log of BPI Challenge 2013 as tickets of the open format: a real history to check report figures against.

The log says when each incident changed its status, team, owner and impact; it holds no text. The mapping:

- Accepted/In Progress, Accepted/Assigned, Queued/Awaiting Assignment, Unmatched → open
- Accepted/Wait - User, Accepted/Wait - Customer → pending
- Accepted/Wait, Wait - Vendor, Wait - Implementation → hold
- Completed/In Call, Completed/Resolved → solved
- Completed/Closed, Completed/Cancelled → closed
- impact Low, Medium, High, Major → low, normal, high, urgent
- the team is the group; the owner of an accepted incident is its assignee, a queued one has none
- a ticket is created, in its first state, at its first event; the first acceptance is answered with a public comment,
  so that the first response is that moment
- changes by `Siebel`, the program that closes incidents, have no actor
"""

import csv
import gzip
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from deskbell.features.transfer.format.records import Change, Comment, PersonRef, Ticket
from deskbell.features.transfer.format.types import ChangedField
from deskbell.kernel.words import Channel, Priority, Status, TicketType

LOG = Path(__file__).parents[3] / "shared" / "data" / "eventlog_volvo_bpi2013" / "VINST-incidents.csv.gz"

STATUSES: dict[str, Status] = {
    "Accepted/In Progress": Status.OPEN,
    "Accepted/Assigned": Status.OPEN,
    "Queued/Awaiting Assignment": Status.OPEN,
    "Unmatched/Unmatched": Status.OPEN,
    "Accepted/Wait - User": Status.PENDING,
    "Accepted/Wait - Customer": Status.PENDING,
    "Accepted/Wait": Status.HOLD,
    "Accepted/Wait - Vendor": Status.HOLD,
    "Accepted/Wait - Implementation": Status.HOLD,
    "Completed/In Call": Status.SOLVED,
    "Completed/Resolved": Status.SOLVED,
    "Completed/Closed": Status.CLOSED,
    "Completed/Cancelled": Status.CLOSED,
}
PRIORITIES: dict[str, Priority] = {
    "Low": Priority.LOW,
    "Medium": Priority.NORMAL,
    "High": Priority.HIGH,
    "Major": Priority.URGENT,
}
_DONE = {"solved", "closed"}


class Event(NamedTuple):
    """One row of the log in the words of the desk."""

    case: str
    at: datetime
    status: Status
    priority: Priority
    group: str
    owner: PersonRef | None
    accepted: bool
    product: str
    country: str


class _State(NamedTuple):
    status: str
    priority: str
    group: str
    assignee: str | None


def require_log() -> Path:
    """The log's path, or the test is skipped and says why."""
    if not LOG.exists():
        pytest.skip(f"the BPI 2013 incident log is not here ({LOG.name}): report figures are not checked against it")
    return LOG


def events(path: Path) -> Iterator[Event]:
    """The rows in the file's order: by incident, then by time."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            yield Event(
                case=row["SR Number"],
                at=datetime.fromisoformat(row["Change Date+Time"]),
                status=STATUSES[f"{row['Status']}/{row['Sub Status']}"],
                priority=PRIORITIES[row["SR Latest Impact"]],
                group=row["Involved ST"],
                owner=_person(row["Resource"]),
                accepted=row["Status"] == "Accepted",
                product=row["Product"],
                country=row["Country"],
            )


def tickets(path: Path) -> Iterator[Ticket]:
    """One ticket per incident."""
    for case, rows in itertools.groupby(events(path), key=lambda event: event.case):
        yield ticket_of(case, sorted(rows, key=lambda event: event.at))


def ticket_of(case: str, history: list[Event]) -> Ticket:
    """The incident's whole life; `history` is in order of time and has at least one event."""
    first, last = history[0], history[-1]
    accepted = next((event for event in history if event.accepted and event.owner), None)
    state = _state(last, _assignees(history)[-1])
    return Ticket(
        external_id=f"bpi2013:{case}",
        subject=f"Incident {case} on {first.product}",
        description="",
        status=last.status,
        priority=last.priority,
        type=TicketType.INCIDENT,
        channel=Channel.PHONE,
        requester=PersonRef(email=f"user.{_slug(first.country)}@incidents.invalid", name=f"User in {first.country}"),
        assignee=next((e.owner for e in history if e.owner and e.owner.email == state.assignee), None),
        group=last.group,
        custom_fields={"product": first.product, "country": first.country},
        created_at=first.at,
        updated_at=last.at,
        first_response_at=accepted.at if accepted else None,
        solved_at=_since(history, _DONE),
        closed_at=_since(history, {"closed"}),
        comments=_comments(case, accepted),
        changes=list(_changes(history)),
    )


def _comments(case: str, accepted: Event | None) -> list[Comment]:
    if accepted is None or accepted.owner is None:
        return []
    text = f"{accepted.owner.name} of {accepted.group} is looking at this."
    return [
        Comment(external_id=f"{case}:1", author=accepted.owner, body=text, public=True, created_at=accepted.at),
    ]


def _changes(history: list[Event]) -> Iterator[Change]:
    assignees = _assignees(history)
    states = [_state(event, assignee) for event, assignee in zip(history, assignees, strict=True)]
    for event, before, after in zip(history[1:], states, states[1:], strict=False):
        for field, was, now in _differences(before, after):
            yield Change(at=event.at, actor=event.owner, field=field, was=was, now=now)


def _differences(before: _State, after: _State) -> Iterable[tuple[ChangedField, str | None, str | None]]:
    fields: tuple[ChangedField, ...] = ("status", "priority", "group", "assignee")
    return [(field, was, now) for field, was, now in zip(fields, before, after, strict=True) if was != now]


def _assignees(history: list[Event]) -> list[str | None]:
    """Who has the incident after each event: an acceptance gives it, a queue takes it away, an end leaves it."""
    holder: str | None = None
    holders: list[str | None] = []
    for event in history:
        if event.accepted:
            holder = event.owner.email if event.owner else holder
        elif event.status == "open":
            holder = None
        holders.append(holder)
    return holders


def _state(event: Event, assignee: str | None) -> _State:
    return _State(event.status, event.priority, event.group, assignee)


def _since(history: list[Event], words: set[str]) -> datetime | None:
    """When the last unbroken stay in one of these states began; None when the incident is not in one."""
    since: datetime | None = None
    for event in history:
        since = (since or event.at) if event.status in words else None
    return since


def _person(resource: str) -> PersonRef | None:
    country, _, name = resource.partition("-")
    if not name or name == "Siebel":
        return None
    return PersonRef(email=f"{_slug(country)}.{_slug(name)}@incidents.invalid", name=name, role="agent")


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or f"x{sum(map(ord, text))}"

"""The incident log as tickets: nothing lost, and every ticket's history leads to its state."""

import csv
import gzip
import json
from collections import Counter
from datetime import UTC, datetime

from deskbell.features.transfer.format.reading import RecordLine, decode
from deskbell.features.transfer.format.records import Ticket, encode
from deskbell.kernel.words import Priority
from tests.support.eventlog import STATUSES, Event, require_log, ticket_of, tickets


def event(hour: int, status: str) -> Event:
    """An event of a small invented incident."""
    at = datetime(2012, 1, 1, hour, tzinfo=UTC)
    return Event("1", at, STATUSES[status], Priority.NORMAL, "A", None, status.startswith("Accepted"), "P", "se")


def test_a_reopened_incident_is_solved_since_its_last_completion() -> None:
    history = [
        event(1, "Queued/Awaiting Assignment"),
        event(2, "Completed/Resolved"),
        event(3, "Accepted/In Progress"),
        event(4, "Completed/In Call"),
        event(5, "Completed/Closed"),
    ]
    ticket = ticket_of("1", history)
    assert (ticket.status, ticket.solved_at, ticket.closed_at) == ("closed", history[3].at, history[4].at)
    steps = [(change.was, change.now) for change in ticket.changes if change.field == "status"]
    assert steps == [("open", "solved"), ("solved", "open"), ("open", "solved"), ("solved", "closed")]


def test_the_real_log_comes_over_whole() -> None:
    path = require_log()
    figures = json.loads((path.parent / "figures.json").read_text())
    found = list(tickets(path))
    assert len(found) == figures["cases"]
    assert len({ticket.external_id for ticket in found}) == figures["cases"]
    expected: Counter[str] = Counter()
    for words, count in figures["last_status_per_case"].items():
        expected[STATUSES[words]] += count
    # The figures take the last row of the file; where two rows share a second, the order of rows decides here too.
    assert Counter(ticket.status for ticket in found) == expected
    last_impact = {}
    with gzip.open(path, "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            last_impact[row["SR Number"]] = row["SR Latest Impact"]
    words = {"low": "Low", "normal": "Medium", "high": "High", "urgent": "Major"}
    assert Counter(words[ticket.priority or ""] for ticket in found) == Counter(last_impact.values())
    for ticket in found:
        assert replayed(ticket) == (ticket.status, ticket.priority, ticket.group, assignee(ticket))
        answer = decode(1, encode(ticket))
        assert isinstance(answer, RecordLine)
        assert answer.record == ticket


def assignee(ticket: Ticket) -> str | None:
    """The assignee's address."""
    return ticket.assignee.email if ticket.assignee else None


def replayed(ticket: Ticket) -> tuple[object, ...]:
    """The state that the changes lead to; each change must begin where the one before it ended."""
    state: dict[str, object] = {}
    for change in ticket.changes:
        assert state.get(change.field, change.was) == change.was
        state[change.field] = change.now
    last = {"status": ticket.status, "priority": ticket.priority, "group": ticket.group, "assignee": assignee(ticket)}
    return tuple((last | state).values())

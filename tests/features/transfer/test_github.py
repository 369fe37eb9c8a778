"""The converter for GitHub archives: its decisions one by one, and the real archive's figures where it is available."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from deskbell.features.transfer.format.reading import LineProblem, RawLine, RecordLine
from deskbell.features.transfer.format.records import Person, Ticket
from deskbell.features.transfer.sources import github
from deskbell.kernel.words import Priority

ARCHIVE = Path(__file__).parents[4] / "shared" / "data" / "tickets_github_rust"

ISSUE: dict[str, Any] = {
    "number": 7,
    "subject": "It breaks",
    "body": "Look:\u0000",
    "requester": "Ann",
    "requester_role": "NONE",
    "created_at": "2014-01-01T00:00:00Z",
    "updated_at": "2014-01-05T00:00:00Z",
    "closed_at": None,
    "state": "open",
    "state_reason": None,
    "labels": [],
    "assignees": [],
    "closed_by": None,
    "milestone": None,
    "locked": False,
    "reactions": {},
    "comments": [],
}
ANSWER = {"id": 5, "author": "Bob", "author_role": "MEMBER", "created_at": "2014-01-02T00:00:00Z", "body": "Yes."}
OTHER = {"id": 4, "author": "Cem", "author_role": "NONE", "created_at": "2014-01-01T12:00:00Z", "body": "+1"}


def converted(staff: frozenset[str] = frozenset({"Bob"}), **fields: Any) -> Ticket:
    """The issue with these fields, as a ticket."""
    answer = github.convert_line(RawLine(1, json.dumps(ISSUE | fields).encode()), staff)
    assert isinstance(answer, RecordLine), answer
    assert isinstance(answer.record, Ticket)
    return answer.record


def test_an_open_issue_without_staff_is_new() -> None:
    ticket = converted()
    assert (ticket.status, ticket.number, ticket.external_id) == ("new", 7, "github:7")
    assert (ticket.requester.email, ticket.requester.role) == ("ann@github.invalid", "customer")
    assert ticket.description == "Look:\ufffd"


def test_the_first_staff_comment_is_the_first_response() -> None:
    ticket = converted(comments=[OTHER, ANSWER])
    assert ticket.status == "open"
    assert ticket.first_response_at is not None
    assert ticket.first_response_at.isoformat() == "2014-01-02T00:00:00+00:00"
    assert [comment.external_id for comment in ticket.comments] == ["github:comment:4", "github:comment:5"]


def test_closing_is_a_change_by_who_closed() -> None:
    ticket = converted(state="closed", closed_at="2014-01-03T00:00:00Z", closed_by="Bob", comments=[ANSWER])
    (change,) = ticket.changes
    assert (ticket.status, change.field, change.was, change.now) == ("closed", "status", "open", "closed")
    assert change.actor is not None
    assert change.actor.email == "bob@github.invalid"
    assert ticket.solved_at == ticket.closed_at == change.at


def test_a_lost_closing_time_is_that_of_the_last_change() -> None:
    ticket = converted(state="closed")
    assert ticket.closed_at == ticket.updated_at


def test_labels_become_tags_type_and_priority() -> None:
    ticket = converted(labels=["P-high", "I-crash", "x" * 60, " "])
    assert ticket.tags == ["I-crash", "P-high", "x" * 49 + "…"]
    assert (ticket.priority, ticket.type) == ("high", "incident")


def test_the_assignee_is_staff_and_the_ticket_taken() -> None:
    line = json.dumps(ISSUE | {"assignees": ["Dee", "Eve"]}).encode()
    assert github.staff_of([line, b"rubbish"]) == {"Dee", "Eve"}
    ticket = converted(github.staff_of([line]), assignees=["Dee", "Eve"])
    assert ticket.assignee is not None
    assert (ticket.assignee.email, ticket.assignee.role, ticket.status) == ("dee@github.invalid", "agent", "open")


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("dependabot[bot]", "dependabot+bot@github.invalid"),
        ("A-b", "a-b@github.invalid"),
        ("a b", "a-b@github.invalid"),
    ],
)
def test_every_login_has_an_address(login: str, expected: str) -> None:
    assert github.address(login) == expected


def test_a_deleted_account_is_called_ghost() -> None:
    assert converted(requester=None).requester.email == "ghost@github.invalid"


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"number":"x"}'])
def test_a_line_that_is_no_issue_is_a_problem(line: bytes) -> None:
    answer = github.convert_line(RawLine(3, line), frozenset())
    assert isinstance(answer, LineProblem)
    assert answer.line == 3


def test_an_issue_over_a_limit_is_shortened_and_keeps_the_whole_in_files() -> None:
    comment = {"id": 4, "author": "Ann", "created_at": "2014-01-02T00:00:00Z", "body": "c" * 200_001}
    issue = ISSUE | {"subject": "s" * 501, "comments": [comment], "requester": "a" * 201}
    line = json.dumps(issue).encode()
    answer = github.convert_line(RawLine(3, line), frozenset())
    assert isinstance(answer, RecordLine)
    assert isinstance(answer.record, Ticket)
    assert (answer.line, answer.content) == (3, line)
    assert [each.field for each in answer.adjustments] == ["subject", "requester.name", "comments[0].body"]
    assert answer.record.comments[0].attachments[0].content == b"c" * 200_001
    assert [each.content for each in answer.record.attachments] == [b"s" * 501, b"a" * 201]


def test_the_real_archive_comes_over_whole() -> None:
    if not ARCHIVE.exists():
        pytest.skip("the GitHub archive (tickets_github_rust) is not here: its figures are not checked")
    figures = json.loads((ARCHIVE / "figures.json").read_text())
    tickets: list[Ticket] = []
    people: list[Person] = []
    for answer in github.read(ARCHIVE / "tickets.jsonl.gz"):
        assert isinstance(answer, RecordLine), answer
        if isinstance(answer.record, Ticket):
            tickets.append(answer.record)
        else:
            assert isinstance(answer.record, Person)
            people.append(answer.record)
    assert len(tickets) == figures["tickets"]
    assert sum(len(ticket.comments) for ticket in tickets) == figures["comments"]
    statuses = Counter("closed" if ticket.status == "closed" else "open" for ticket in tickets)
    assert dict(statuses) == figures["state"]
    assert sum(bool(ticket.tags) for ticket in tickets) == figures["with_labels"]
    tags = Counter(tag for ticket in tickets for tag in ticket.tags)
    assert len(tags) == figures["distinct_labels"]
    assert {label: tags[label] for label in figures["top_labels"]} == figures["top_labels"]
    assert sum(ticket.assignee is not None for ticket in tickets) == figures["with_assignee"]
    assert len({ticket.requester.email for ticket in tickets}) == figures["distinct_requesters"]
    authors = {comment.author.email for ticket in tickets for comment in ticket.comments}
    assert len(authors) == figures["distinct_comment_authors"]
    assert max(len(ticket.comments) for ticket in tickets) == figures["max_comments_in_a_ticket"]
    priorities = Counter(ticket.priority for ticket in tickets)
    assert priorities[Priority.LOW] == figures["priority_labels"]["P-low"]
    assert priorities[Priority.HIGH] == figures["priority_labels"]["P-high"]
    numbers = {ticket.number for ticket in tickets}
    assert len(numbers) == len(tickets)
    pairs = json.loads((ARCHIVE / "duplicate_pairs.json").read_text())["pairs"]
    assert len(pairs) == figures["duplicate_pairs"]
    assert all(pair["ticket"] in numbers for pair in pairs)
    staff = {person.email for person in people}
    assert all(ticket.assignee.email in staff for ticket in tickets if ticket.assignee)

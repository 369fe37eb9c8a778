"""Converts an archive of GitHub issues (one JSON object per line) to the open format. Pure: bytes in, records out.

GitHub provides no addresses and no histories, so some facts are decided here:

- A login becomes an address in `github.invalid`, a domain that can never receive mail.
- Staff are all users who were ever assigned, or whose role is member, owner or collaborator; others are customers.
- A closed issue is `closed`, solved and closed at its closing time (or, if the archive lost it, at its last change). An
  open one is `open` once staff took part in it, else `new`. The closing is the only dated change.
- Milestone, reason of closing and locking, for which Deskbell has no field, become custom fields.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from deskbell.features.transfer.format.reading import LineProblem, RawLine, RecordLine, decode, decompressed, lines
from deskbell.features.transfer.format.records import Change, Comment, Person, PersonRef, Ticket, encode
from deskbell.features.transfer.format.types import (
    MAX_FIELD_TEXT,
    MAX_NAME,
    MAX_NUMBER,
    MAX_SUBJECT,
    MAX_TAG,
    MAX_TAGS,
    MAX_TEXT,
    FieldValue,
    Role,
)
from deskbell.kernel.words import Channel, Priority, Status, TicketType

_NUL = b"\\u0000"
_STAFF_STANDING = {"MEMBER", "OWNER", "COLLABORATOR"}
_PRIORITIES: dict[str, Priority] = {
    "p-low": Priority.LOW,
    "p-medium": Priority.NORMAL,
    "p-high": Priority.HIGH,
    "p-critical": Priority.URGENT,
    "p-urgent": Priority.URGENT,
}
_TYPES: tuple[tuple[str, TicketType], ...] = (
    ("i-", TicketType.INCIDENT),
    ("c-bug", TicketType.INCIDENT),
    ("bug", TicketType.INCIDENT),
    ("c-enhancement", TicketType.TASK),
    ("c-cleanup", TicketType.TASK),
    ("c-feature", TicketType.TASK),
    ("enhancement", TicketType.TASK),
)


class IssueComment(Struct):
    """A comment of the archive; unused fields are not read."""

    id: int
    created_at: datetime
    body: str | None = None
    author: str | None = None
    author_role: str | None = None
    updated_at: datetime | None = None


class Issue(Struct):
    """An issue of the archive; unused fields are not read."""

    number: int
    subject: str
    created_at: datetime
    state: str
    body: str | None = None
    requester: str | None = None
    requester_role: str | None = None
    updated_at: datetime | None = None
    closed_at: datetime | None = None
    state_reason: str | None = None
    labels: list[str] = []
    assignees: list[str] = []
    closed_by: str | None = None
    milestone: str | None = None
    locked: bool = False
    comments: list[IssueComment] = []


class _CommentAuthor(Struct):
    author: str | None = None
    author_role: str | None = None


class _IssuePeople(Struct):
    """The people of an issue. Skipping other fields halves the time of the first of two passes."""

    requester: str | None = None
    requester_role: str | None = None
    assignees: list[str] = []
    comments: list[_CommentAuthor] = []


_issues = msgspec.json.Decoder(Issue)
_people = msgspec.json.Decoder(_IssuePeople)


def read(path: Path, watch: Callable[[BinaryIO], None] | None = None) -> Iterator[RecordLine | LineProblem]:
    """The staff (as line 0), then each issue as a ticket. Reads the file twice, because any issue may name staff.

    `watch` receives the stream of the second pass, to show the progress.
    """
    with path.open("rb") as stream:
        staff = staff_of(raw.content for raw in lines(decompressed(stream)) if isinstance(raw, RawLine))
    for login in sorted(staff):
        yield RecordLine(0, Person(email=address(login), name=login, role="agent"))
    with path.open("rb") as stream:
        if watch is not None:
            watch(stream)
        for raw in lines(decompressed(stream)):
            yield convert_line(raw, staff) if isinstance(raw, RawLine) else raw


def staff_of(contents: Iterable[bytes]) -> frozenset[str]:
    """The logins that count as staff in an archive; unreadable lines are skipped."""
    staff: set[str] = set()
    for content in contents:
        try:
            issue = _people.decode(content)
        except (ValueError, RecursionError):
            continue
        staff.update(issue.assignees)
        if issue.requester and issue.requester_role in _STAFF_STANDING:
            staff.add(issue.requester)
        staff.update(c.author for c in issue.comments if c.author and c.author_role in _STAFF_STANDING)
    return frozenset(staff)


def convert_line(raw: RawLine, staff: frozenset[str]) -> RecordLine | LineProblem:
    """One line of the archive as a ticket that keeps every rule of the open format, or the problem of the line."""
    try:
        issue = _issues.decode(raw.content)
    except (ValueError, RecursionError) as error:
        return LineProblem(raw.line, "", f"is no GitHub issue: {error}", raw.content)
    try:
        ticket = convert(issue, staff)
    except ValueError as error:
        return LineProblem(raw.line, "", f"does not fit the open format: {error}", raw.content)
    if _fits(ticket) and _NUL not in raw.content:
        return RecordLine(raw.line, ticket, raw.content)
    return decode(raw.line, encode(ticket))._replace(content=raw.content)


def _fits(ticket: Ticket) -> bool:
    """Whether the ticket keeps every limit that an issue can break. Other tickets go through the format's reader."""
    return (
        ticket.number is not None
        and 1 <= ticket.number <= MAX_NUMBER
        and len(ticket.subject) <= MAX_SUBJECT
        and len(ticket.description) <= MAX_TEXT
        and len(ticket.tags) <= MAX_TAGS
        and all(len(tag) <= MAX_TAG for tag in ticket.tags)
        and all(len(str(value)) <= MAX_FIELD_TEXT for value in ticket.custom_fields.values())
        and all(len(comment.body) <= MAX_TEXT and _has_short_name(comment.author) for comment in ticket.comments)
        and all(_has_short_name(change.actor) for change in ticket.changes)
        and _has_short_name(ticket.requester)
        and _has_short_name(ticket.assignee)
    )


def _has_short_name(person: PersonRef | None) -> bool:
    return person is None or person.name is None or 1 <= len(person.name) <= MAX_NAME


def convert(issue: Issue, staff: frozenset[str]) -> Ticket:
    """The issue as a ticket; `staff` are the logins whose comments count as responses."""
    comments = [_comment(comment, staff) for comment in issue.comments]
    answers = [comment.created_at for comment in comments if comment.author.role == "agent" and comment.created_at]
    closed_at = (issue.closed_at or issue.updated_at) if issue.state == "closed" else None
    before = _status_before_closing(issue, min(answers, default=None), closed_at)
    return Ticket(
        external_id=f"github:{issue.number}",
        number=issue.number,
        subject=_text(issue.subject).strip() or f"Issue {issue.number}",
        description=_text(issue.body),
        status=Status.CLOSED if issue.state == "closed" else before,
        priority=next(
            (_PRIORITIES[label.lower()] for label in issue.labels if label.lower() in _PRIORITIES), Priority.NORMAL
        ),
        type=_type(issue.labels),
        channel=Channel.IMPORT,
        requester=_person(issue.requester, staff),
        assignee=_person(issue.assignees[0], staff) if issue.assignees else None,
        tags=[_text(label).strip() for label in issue.labels if label.strip()],
        custom_fields=_custom_fields(issue),
        created_at=issue.created_at,
        updated_at=issue.updated_at,
        first_response_at=min(answers, default=None),
        solved_at=closed_at,
        closed_at=closed_at,
        comments=comments,
        changes=_closing(issue, before, closed_at, staff),
    )


def address(login: str) -> str:
    """The login's address. An application's `name[bot]` becomes `name+bot`, which no login can be."""
    local = login.lower().replace("[bot]", "+bot")
    return f"{re.sub(r'[^a-z0-9._+-]', '-', local)[:64]}@github.invalid"


def _person(login: str | None, staff: frozenset[str]) -> PersonRef:
    known = login or "ghost"  # GitHub's own name for deleted accounts
    return _reference(known, "agent" if login in staff else "customer")


@lru_cache(maxsize=100_000)
def _reference(login: str, role: Role) -> PersonRef:
    return PersonRef(email=address(login), name=login, role=role)


def _comment(comment: IssueComment, staff: frozenset[str]) -> Comment:
    edited = comment.updated_at is not None and comment.updated_at > comment.created_at
    return Comment(
        external_id=f"github:comment:{comment.id}",
        author=_person(comment.author, staff),
        body=_text(comment.body),
        public=True,
        created_at=comment.created_at,
        edited_at=comment.updated_at if edited else None,
    )


def _status_before_closing(issue: Issue, first_answer: datetime | None, closed_at: datetime | None) -> Status:
    answered = first_answer is not None and (closed_at is None or first_answer <= closed_at)
    return Status.OPEN if issue.assignees or answered or issue.state_reason == "reopened" else Status.NEW


def _closing(issue: Issue, before: Status, closed_at: datetime | None, staff: frozenset[str]) -> list[Change]:
    if closed_at is None:
        return []
    actor = _person(issue.closed_by, staff) if issue.closed_by else None
    return [Change(at=closed_at, actor=actor, field="status", was=before, now="closed")]


def _type(labels: list[str]) -> TicketType:
    lower = [label.lower() for label in labels]
    for start, kind in _TYPES:
        if any(label.startswith(start) for label in lower):
            return kind
    return TicketType.QUESTION


def _custom_fields(issue: Issue) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {}
    if issue.milestone:
        fields["github_milestone"] = _text(issue.milestone)
    if issue.state_reason:
        fields["github_state_reason"] = _text(issue.state_reason)
    if issue.locked:
        fields["github_locked"] = True
    return fields


def _text(value: str | None) -> str:
    """Text that PostgreSQL can store: a NUL becomes the replacement character."""
    return (value or "").replace("\0", "\ufffd")

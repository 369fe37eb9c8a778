"""Converts a Zendesk export to the open format: one JSON object a line, a ticket with its comments or a page of the API.

People are given as objects or by id; those that no line describes get an address at `zendesk.invalid`, a domain that can
never receive mail. Zendesk exports no histories, so a closed ticket's times are what its metric set says, if it has one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
from msgspec import Struct

from deskbell.features.transfer.format.reading import LineProblem, RawLine, RecordLine, decode, decompressed, lines

_ROLES: Final = {"admin": "agent", "agent": "agent"}
"""Staff come as agents: what more they may do is for the desk's owner to say."""
_CHANNELS: Final = {"email": "email", "mail": "email", "web": "web", "chat": "chat", "voice": "phone", "api": "api"}
_RATINGS: Final = {"good": 5, "bad": 1}
_NUL: Final = "\0"


class Person(Struct):
    """A user of the export; unused fields are not read."""

    id: int | None = None
    name: str | None = None
    email: str | None = None
    role: str | None = None


class Named(Struct):
    """A group, brand or organization of the export."""

    id: int | None = None
    name: str | None = None


class File(Struct):
    """An attachment: its content stays at its address."""

    file_name: str | None = None
    name: str | None = None
    content_url: str | None = None
    content_type: str | None = None
    size: int | None = None


class Via(Struct):
    """The channel of a ticket or comment."""

    channel: str | int | None = None


class ZendeskComment(Struct):
    """A comment of the export."""

    id: int | None = None
    author_id: int | None = None
    author: Person | None = None
    body: str | None = None
    plain_body: str | None = None
    public: bool = True
    created_at: datetime | None = None
    attachments: list[File] = []
    via: Via | None = None


class Metrics(Struct):
    """The times of a ticket."""

    solved_at: datetime | None = None
    reopens: int | None = None


class FieldValue(Struct):
    """The value of a field that the desk defined."""

    id: int | str
    value: Any = None


class Rating(Struct):
    """The requester's rating."""

    score: str | None = None
    comment: str | None = None


class Filed(Struct):
    """A ticket of the export; unused fields are not read."""

    id: int
    subject: str | None = None
    raw_subject: str | None = None
    description: str | None = None
    status: str | None = None
    priority: str | None = None
    type: str | None = None
    external_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    requester_id: int | None = None
    requester: Person | None = None
    submitter_id: int | None = None
    submitter: Person | None = None
    assignee_id: int | None = None
    assignee: Person | None = None
    group_id: int | None = None
    group: Named | None = None
    tags: list[str] = []
    custom_fields: list[FieldValue] = []
    via: Via | None = None
    satisfaction_rating: Rating | str | None = None
    metric_set: Metrics | None = None
    comments: list[ZendeskComment] = []


class _Sheet(Struct):
    """A line: a ticket, a page of the API with several, or users and groups alone."""

    tickets: list[msgspec.Raw] | None = None
    ticket: msgspec.Raw | None = None
    users: list[Person] = []
    groups: list[Named] = []


class _PeopleOf(Struct):
    """The people that a ticket names in full."""

    requester: Person | None = None
    submitter: Person | None = None
    assignee: Person | None = None
    comments: list[ZendeskComment] = []


_sheets: Final = msgspec.json.Decoder(_Sheet)
_tickets: Final = msgspec.json.Decoder(Filed)
_people: Final = msgspec.json.Decoder(_PeopleOf)


class Known(Struct):
    """The people and groups that an export describes, by their ids there."""

    people: dict[int, Person] = {}
    groups: dict[int, str] = {}

    def person(self, full: Person | None, number: int | None) -> dict[str, Any] | None:
        """A person as the open format refers to one; None if none is named."""
        number = full.id if full is not None and full.id is not None else number
        found = full if full is not None and full.email else self.people.get(number or -1, full)
        if found is None and number is None:
            return None
        email = (found.email if found else None) or f"user-{number}@zendesk.invalid"
        reference: dict[str, Any] = {"email": email}
        if found is not None and found.name and found.name.strip():
            reference["name"] = found.name.strip()
        if found is not None and found.role:
            reference["role"] = _ROLES.get(found.role, "customer")
        return reference


def read(path: Path, watch: Callable[[BinaryIO], None] | None = None) -> Iterator[RecordLine | LineProblem]:
    """Each ticket of an export. Reads the file twice, because users may be described after their tickets.

    `watch` receives the stream of the second pass, to show the progress.
    """
    with path.open("rb") as stream:
        known = known_in(raw.content for raw in lines(decompressed(stream)) if isinstance(raw, RawLine))
    with path.open("rb") as stream:
        if watch is not None:
            watch(stream)
        for raw in lines(decompressed(stream)):
            if isinstance(raw, RawLine):
                yield from convert_line(raw, known)
            else:
                yield raw


def known_in(contents: Iterable[bytes]) -> Known:
    """The people and groups that these lines describe; unreadable lines are skipped."""
    known = Known({}, {})
    for content in contents:
        try:
            sheet = _sheets.decode(content)
            tickets = _tickets_in(sheet, content)
            _note(known, sheet.users)
            known.groups.update({each.id: each.name for each in sheet.groups if each.id is not None and each.name})
            for raw in tickets:
                found = _people.decode(raw)
                full = [found.requester, found.submitter, found.assignee, *(each.author for each in found.comments)]
                _note(known, [each for each in full if each is not None])
        except (ValueError, RecursionError):
            continue
    return known


def _note(known: Known, people: Sequence[Person]) -> None:
    for person in people:
        if person.id is not None and (person.email or person.id not in known.people):
            known.people[person.id] = person


def _tickets_in(sheet: _Sheet, content: bytes) -> Sequence[bytes | msgspec.Raw]:
    """The tickets of a line, each as JSON."""
    if sheet.tickets is not None:
        return sheet.tickets
    if sheet.ticket is not None:
        return [sheet.ticket]
    return [] if sheet.users or sheet.groups else [content]


def convert_line(raw: RawLine, known: Known) -> Iterator[RecordLine | LineProblem]:
    """The tickets of a line, each keeping every rule of the open format, or the problem of the line."""
    try:
        found = _tickets_in(_sheets.decode(raw.content), raw.content)
    except (ValueError, RecursionError) as error:
        yield LineProblem(raw.line, "", f"is no ticket of a Zendesk export: {error}", raw.content)
        return
    for each in found:
        try:
            plain = convert(_tickets.decode(each), known)
        except (ValueError, RecursionError) as error:
            yield LineProblem(raw.line, "", f"is no ticket of a Zendesk export: {error}", bytes(each))
            continue
        yield decode(raw.line, msgspec.json.encode(plain))._replace(content=bytes(each))


def convert(ticket: Filed, known: Known) -> dict[str, Any]:
    """The ticket as a line of the open format."""
    status = (ticket.status or "new").lower()
    plain: dict[str, Any] = {
        "kind": "ticket",
        "external_id": f"zendesk:{ticket.id}",
        "number": ticket.id if 1 <= ticket.id < 2**31 else None,
        "subject": _text(ticket.subject or ticket.raw_subject).strip() or f"Ticket {ticket.id}",
        "description": _text(ticket.description),
        "status": status,
        "priority": ticket.priority,
        "type": ticket.type,
        "channel": _channel(ticket.via, "import"),
        "requester": known.person(ticket.requester, ticket.requester_id) or {"email": "unknown@zendesk.invalid"},
        "created_by": known.person(ticket.submitter, ticket.submitter_id),
        "assignee": known.person(ticket.assignee, ticket.assignee_id),
        "group": _group(ticket, known),
        "tags": ticket.tags,
        "custom_fields": _fields(ticket),
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "feedback": _feedback(ticket),
        "comments": [_comment(each, known) for each in _comments(ticket)],
    }
    if status in ("solved", "closed") and ticket.metric_set is not None:
        plain["solved_at"] = ticket.metric_set.solved_at
    if ticket.metric_set is not None and ticket.metric_set.reopens:
        plain["reopen_count"] = ticket.metric_set.reopens
    return {key: value for key, value in plain.items() if value not in (None, [], {})}


def _comments(ticket: Filed) -> list[ZendeskComment]:
    """The comments besides the first, which Zendesk gives again as the description."""
    first, rest = ticket.comments[:1], ticket.comments[1:]
    same = first and first[0].public and _text(first[0].body).strip() == _text(ticket.description).strip()
    return rest if same and not first[0].attachments else ticket.comments


def _comment(comment: ZendeskComment, known: Known) -> dict[str, Any]:
    plain = {
        "external_id": None if comment.id is None else f"zendesk:comment:{comment.id}",
        "author": known.person(comment.author, comment.author_id) or {"email": "unknown@zendesk.invalid"},
        "body": _text(comment.body or comment.plain_body),
        "public": comment.public,
        "channel": _channel(comment.via, "import"),
        "created_at": comment.created_at,
        "attachments": [_file(each) for each in comment.attachments if each.content_url],
    }
    return {key: value for key, value in plain.items() if value not in (None, [])}


def _file(file: File) -> dict[str, Any]:
    plain = {
        "filename": _text(file.file_name or file.name) or "file", "url": file.content_url, "mime_type": file.content_type,
        "size": file.size,
    }  # fmt: skip
    return {key: value for key, value in plain.items() if value is not None}


def _group(ticket: Filed, known: Known) -> str | None:
    if ticket.group is not None and ticket.group.name:
        return ticket.group.name
    return known.groups.get(ticket.group_id or -1)


def _fields(ticket: Filed) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for each in ticket.custom_fields:
        if isinstance(each.value, str | int | float | bool) and each.value != "":
            found[f"zendesk_{each.id}"] = each.value
        elif isinstance(each.value, list):
            found[f"zendesk_{each.id}"] = [str(value) for value in each.value]
    if ticket.external_id:
        found["zendesk_external_id"] = ticket.external_id
    return found


def _feedback(ticket: Filed) -> dict[str, Any] | None:
    rating = ticket.satisfaction_rating
    score = rating.score if isinstance(rating, Rating) else rating
    stars = _RATINGS.get((score or "").removesuffix("_with_comment"))
    if stars is None:
        return None
    comment = rating.comment if isinstance(rating, Rating) else None
    return {"rating": stars, "comment": comment} if comment else {"rating": stars}


def _channel(via: Via | None, default: str) -> str:
    return _CHANNELS.get(str(via.channel), default) if via is not None else default


def _text(value: str | None) -> str:
    """Text that PostgreSQL can store: a NUL becomes the replacement character."""
    return (value or "").replace(_NUL, "\ufffd")

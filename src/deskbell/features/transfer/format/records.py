"""The open format: one JSON object per line, told apart by `kind`. docs/admin/import-export.md is its reference.

The structs are both the parser's rules and the writer's order of keys. Building a record makes it normal: addresses in
lower case, times in UTC, tags sorted. So `encode(decode(line))` is the one canonical spelling of a line's content.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal, get_args
from uuid import UUID

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import force_setattr

FORMAT_NAME: Literal["deskbell"] = "deskbell"
FORMAT_VERSION: Literal[1] = 1

Status = Literal["new", "open", "pending", "hold", "solved", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]
TicketType = Literal["question", "incident", "problem", "task"]
Channel = Literal["web", "api", "email", "chat", "phone", "import"]
Role = Literal["customer", "agent", "senior_agent", "team_lead", "admin", "owner"]
ChangedField = Literal[
    "subject", "description", "status", "priority", "type", "channel", "requester", "assignee", "group", "category",
    "tags", "custom_fields", "reason", "deleted",
]  # fmt: skip

Email = Annotated[str, Meta(max_length=254, pattern=r'^[^\s@<>(),;:"\[\]\\]{1,64}@[^\s@<>(),;:"\[\]\\]{1,253}$')]
Instant = Annotated[datetime, Meta(tz=True)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
ShortText = Annotated[str, Meta(max_length=200)]
Description = Annotated[str, Meta(max_length=2_000)]
Subject = Annotated[str, Meta(min_length=1, max_length=500)]
LongText = Annotated[str, Meta(max_length=200_000)]
TagName = Annotated[str, Meta(min_length=1, max_length=50)]
Tags = Annotated[list[TagName], Meta(max_length=200)]
ExternalId = Annotated[str, Meta(min_length=1, max_length=200)]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
FileSize = Annotated[int, Meta(ge=0, le=2**53)]
Filename = Annotated[str, Meta(min_length=1, max_length=255)]
MimeType = Annotated[str, Meta(pattern=r"^[\w.+-]{1,100}/[\w.+-]{1,100}$")]
Colour = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")]
FieldName = Annotated[str, Meta(min_length=1, max_length=100)]
FieldText = Annotated[str, Meta(max_length=10_000)]
FieldValue = FieldText | int | float | bool | list[FieldText] | None
CustomFields = Annotated[dict[FieldName, FieldValue], Meta(max_length=200)]
ChangeValue = LongText | int | float | bool | list[FieldText] | dict[FieldName, FieldValue] | None


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all objects of the format share: unknown fields are refused, an empty field is written by leaving it out."""


class PersonRef(Line, frozen=True, kw_only=True):
    """Somebody named in a ticket, known by address. `name` and `role` count only for a person not known before."""

    email: Email
    name: Name | None = None
    role: Role | None = None

    def __post_init__(self) -> None:
        """Addresses are compared without regard to case."""
        force_setattr(self, "email", self.email.lower())


class Organization(Line, frozen=True, kw_only=True, tag_field="kind", tag="organization"):
    """The header of an export. An import needs none: the organization named at the command decides."""

    format: Literal["deskbell"]
    version: Literal[1]
    name: Name
    domain: Annotated[str, Meta(min_length=1, max_length=253)] | None = None
    time_zone: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class Group(Line, frozen=True, kw_only=True, tag_field="kind", tag="group"):
    """A team, known by its name. `leads` and `members` are addresses of staff; who leads is no member besides."""

    name: Name
    description: Description | None = None
    leads: list[Email] = []
    members: list[Email] = []

    def __post_init__(self) -> None:
        """Both are sets: lower case, sorted, each once."""
        leads = {lead.lower() for lead in self.leads}
        force_setattr(self, "leads", sorted(leads))
        force_setattr(self, "members", sorted({member.lower() for member in self.members} - leads))


class Category(Line, frozen=True, kw_only=True, tag_field="kind", tag="category"):
    """A subject area of tickets, known by its name."""

    name: Name
    description: Description | None = None


class Tag(Line, frozen=True, kw_only=True, tag_field="kind", tag="tag"):
    """A tag with its colour, `#rrggbb`."""

    name: TagName
    color: Colour | None = None

    def __post_init__(self) -> None:
        """One spelling of a colour and of a name."""
        force_setattr(self, "name", _tag_set([self.name])[0])
        if self.color is not None:
            force_setattr(self, "color", self.color.lower())


class Person(Line, frozen=True, kw_only=True, tag_field="kind", tag="person"):
    """A customer or a member of the staff, known by address. Passwords never travel."""

    email: Email
    name: Name
    role: Role = "customer"
    phone: Annotated[str, Meta(max_length=50)] | None = None
    company: ShortText | None = None
    title: ShortText | None = None
    department: ShortText | None = None
    time_zone: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    created_at: Instant | None = None
    ended_at: Instant | None = None

    def __post_init__(self) -> None:
        """Addresses are compared without regard to case."""
        force_setattr(self, "email", self.email.lower())
        _times_in_utc(self, "created_at", "ended_at")


class FilePart(Line, frozen=True, kw_only=True, tag_field="kind", tag="file"):
    """A stretch of an attachment's bytes, ahead of the ticket that names it by `sha256`; in order of offset."""

    sha256: Sha256
    size: FileSize
    offset: FileSize = 0
    content: bytes


class Attachment(Line, frozen=True, kw_only=True):
    """A file of a ticket or comment: bytes in `content` (base64), in earlier `file` lines, or elsewhere at `url`."""

    filename: Filename
    id: UUID | None = None
    mime_type: MimeType | None = None
    size: FileSize | None = None
    sha256: Sha256 | None = None
    url: Annotated[str, Meta(min_length=1, max_length=2_000)] | None = None
    content: bytes | None = None


class Comment(Line, frozen=True, kw_only=True):
    """One message of a ticket. `public` must be said: a note to colleagues must never become a reply by omission."""

    id: UUID | None = None
    external_id: ExternalId | None = None
    author: PersonRef
    body: LongText
    public: bool
    channel: Channel | None = None
    created_at: Instant | None = None
    edited_at: Instant | None = None
    attachments: list[Attachment] = []

    def __post_init__(self) -> None:
        """Times in UTC."""
        _times_in_utc(self, "created_at", "edited_at")


class Change(Line, frozen=True, kw_only=True):
    """One field's step in a ticket's history. People are given by address, groups and categories by name."""

    at: Instant
    actor: PersonRef | None = None
    field: ChangedField
    was: ChangeValue = None
    now: ChangeValue = None

    def __post_init__(self) -> None:
        """Times in UTC; status and priority must be words of the format."""
        _times_in_utc(self, "at")
        allowed = WORDS.get(self.field)
        for side in ("was", "now"):
            value = getattr(self, side)
            if allowed and value is not None and value not in allowed:
                raise ValueError(f"{side}: must be one of {', '.join(allowed)}")


class Feedback(Line, frozen=True, kw_only=True):
    """The requester's verdict on a solved ticket, 1 (bad) to 5 (good)."""

    rating: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=5_000)] | None = None
    at: Instant | None = None

    def __post_init__(self) -> None:
        """Times in UTC."""
        _times_in_utc(self, "at")


class Ticket(Line, frozen=True, kw_only=True, tag_field="kind", tag="ticket"):
    """A ticket with its whole life. Only `subject` and `requester` must be given."""

    id: UUID | None = None
    external_id: ExternalId | None = None
    number: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    subject: Subject
    description: LongText = ""
    status: Status | None = None
    priority: Priority | None = None
    type: TicketType | None = None
    channel: Channel | None = None
    requester: PersonRef
    created_by: PersonRef | None = None
    assignee: PersonRef | None = None
    group: Name | None = None
    category: Name | None = None
    tags: Tags = []
    custom_fields: CustomFields = {}
    created_at: Instant | None = None
    updated_at: Instant | None = None
    first_response_at: Instant | None = None
    solved_at: Instant | None = None
    closed_at: Instant | None = None
    deleted_at: Instant | None = None
    reopen_count: Annotated[int, Meta(ge=0, le=100_000)] | None = None
    feedback: Feedback | None = None
    attachments: list[Attachment] = []
    comments: list[Comment] = []
    changes: list[Change] = []

    def __post_init__(self) -> None:
        """Tags as a sorted set, times in UTC."""
        force_setattr(self, "tags", _tag_set(self.tags))
        _times_in_utc(
            self, "created_at", "updated_at", "first_response_at", "solved_at", "closed_at", "deleted_at"
        )  # fmt: skip


Record = Organization | Group | Category | Tag | Person | FilePart | Ticket

WORDS: dict[str, tuple[str, ...]] = {
    "kind": ("organization", "group", "category", "tag", "person", "file", "ticket"),
    "status": get_args(Status),
    "priority": get_args(Priority),
    "type": get_args(TicketType),
    "channel": get_args(Channel),
    "role": get_args(Role),
    "field": get_args(ChangedField),
    "format": (FORMAT_NAME,),
    "version": (str(FORMAT_VERSION),),
}

_encoder = msgspec.json.Encoder(order="deterministic")


def encode(record: Record) -> bytes:
    """The record's canonical line, newline included."""
    return _encoder.encode(record) + b"\n"


def _tag_set(names: list[str]) -> list[str]:
    trimmed = {name.strip() for name in names}
    if "" in trimmed:
        raise ValueError("tags: a tag must not be blank")
    return sorted(trimmed)


def _times_in_utc(record: Line, *fields: str) -> None:
    for field in fields:
        value = getattr(record, field)
        if value is None or (value.tzinfo is UTC and 1970 <= value.year <= 9998):
            continue
        if not 1970 <= value.year <= 9998:
            raise ValueError(f"{field}: must lie in the years 1970 to 9998")
        force_setattr(record, field, value.astimezone(UTC))

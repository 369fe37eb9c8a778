"""The open format: one JSON object per line, distinguished by `kind`. docs/admin/import-export.md is its reference.

The structs define both the parser's rules and the writer's order of keys. Building a record normalizes it: addresses
in lower case, times in UTC, tags sorted. So `encode(decode(line))` is the canonical form of a line.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from deskbell.features.tickets import custom_fields
from deskbell.features.tickets.policy import is_web_address
from deskbell.features.transfer.format.addresses import normalized
from deskbell.kernel.words import CHANNELS, PRIORITIES, STATUSES, TYPES, Channel, Priority, Status, TicketType

FORMAT_NAME: Literal["deskbell"] = "deskbell"
FORMAT_VERSION: Literal[1] = 1

MAX_ADDRESS: Final = 254
MAX_NAME: Final = 200
MAX_PHONE: Final = 50
MAX_DESCRIPTION: Final = 2_000
MAX_SUBJECT: Final = 500
MAX_TEXT: Final = 200_000
MAX_NUMBER: Final = 2**31 - 1
MAX_TAG: Final = 50
MAX_TAGS: Final = 200
MAX_FILENAME: Final = 255
MAX_URL: Final = 2_000
MAX_FEEDBACK_COMMENT: Final = 5_000

MAX_FIELD_NAME: Final = custom_fields.MAX_NAME
MAX_FIELD_TEXT: Final = custom_fields.MAX_TEXT
MAX_FIELDS: Final = custom_fields.MAX_FIELDS

Role = Literal["customer", "agent", "senior_agent", "team_lead", "admin", "owner"]
ChangedField = Literal[
    "subject", "description", "status", "priority", "type", "channel", "requester", "assignee", "group", "category",
    "brand", "tags", "custom_fields", "reason", "deleted",
]  # fmt: skip

Email = Annotated[str, Meta(max_length=MAX_ADDRESS)]
Instant = Annotated[datetime, Meta(tz=True)]
Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
ShortText = Annotated[str, Meta(max_length=MAX_NAME)]
Phone = Annotated[str, Meta(max_length=MAX_PHONE)]
Description = Annotated[str, Meta(max_length=MAX_DESCRIPTION)]
Subject = Annotated[str, Meta(min_length=1, max_length=MAX_SUBJECT)]
LongText = Annotated[str, Meta(max_length=MAX_TEXT)]
TagName = Annotated[str, Meta(min_length=1, max_length=MAX_TAG)]
Tags = Annotated[list[TagName], Meta(max_length=MAX_TAGS)]
ExternalId = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
FileSize = Annotated[int, Meta(ge=0, le=2**53)]
Filename = Annotated[str, Meta(min_length=1, max_length=MAX_FILENAME)]
MimeType = Annotated[str, Meta(min_length=1, max_length=200)]
Colour = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")]
FieldName = Annotated[str, Meta(min_length=1, max_length=MAX_FIELD_NAME)]
FieldText = Annotated[str, Meta(max_length=MAX_FIELD_TEXT)]
FieldValue = FieldText | int | float | bool | list[FieldText] | None
CustomFields = Annotated[dict[FieldName, FieldValue], Meta(max_length=MAX_FIELDS)]
ChangeValue = LongText | int | float | bool | list[FieldText] | dict[FieldName, FieldValue] | None


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all objects of the format: unknown fields are refused, an empty field is omitted."""


class PersonRef(Line, frozen=True, kw_only=True):
    """A reference to a person by address. `name` and `role` apply only if the person is not known yet."""

    email: Email
    name: Name | None = None
    role: Role | None = None

    def __post_init__(self) -> None:
        _normalize_email(self)


class Organization(Line, frozen=True, kw_only=True, tag_field="kind", tag="organization"):
    """The header of an export. An import does not need one: the command names the organization."""

    format: Literal["deskbell"]
    version: Literal[1]
    name: Name
    domain: Annotated[str, Meta(min_length=1, max_length=253)] | None = None
    time_zone: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class Group(Line, frozen=True, kw_only=True, tag_field="kind", tag="group"):
    """A group, identified by its name. `leads` and `members` are addresses of staff; a lead is not listed as a member."""

    name: Name
    description: Description | None = None
    leads: list[Email] = []
    members: list[Email] = []

    def __post_init__(self) -> None:
        """Makes both sorted sets of normalized addresses; a lead is no member."""
        leads = _address_set("leads", self.leads)
        force_setattr(self, "leads", sorted(leads))
        force_setattr(self, "members", sorted(_address_set("members", self.members) - leads))


class Category(Line, frozen=True, kw_only=True, tag_field="kind", tag="category"):
    """A subject area of tickets, identified by its name."""

    name: Name
    description: Description | None = None


class Brand(Line, frozen=True, kw_only=True, tag_field="kind", tag="brand"):
    """A brand, identified by its name."""

    name: Name
    color: Annotated[str, Meta(pattern=r"^#(?:[0-9a-fA-F]{3}){1,2}$")] | None = None
    address: Annotated[str, Meta(max_length=2_000, pattern=r"^https?://[^\s/?#]+\S*$")] | None = None
    logo: Annotated[str, Meta(max_length=2_000, pattern=r"^(https?://[^\s/?#]+\S*|/api/\S+)$")] | None = None


class Tag(Line, frozen=True, kw_only=True, tag_field="kind", tag="tag"):
    """A tag with its colour, `#rrggbb`."""

    name: TagName
    color: Colour | None = None

    def __post_init__(self) -> None:
        """Normalizes the spelling of name and colour."""
        force_setattr(self, "name", _tag_set([self.name])[0])
        if self.color is not None:
            force_setattr(self, "color", self.color.lower())


class Person(Line, frozen=True, kw_only=True, tag_field="kind", tag="person"):
    """A customer or staff member, identified by address. The format has no passwords."""

    email: Email
    name: Name
    role: Role = "customer"
    phone: Phone | None = None
    company: ShortText | None = None
    title: ShortText | None = None
    department: ShortText | None = None
    time_zone: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    created_at: Instant | None = None
    ended_at: Instant | None = None

    def __post_init__(self) -> None:
        _normalize_email(self)
        _times_in_utc(self, "created_at", "ended_at")


class FilePart(Line, frozen=True, kw_only=True, tag_field="kind", tag="file"):
    """A part of an attachment's bytes, before the ticket that refers to it by `sha256`; parts are in order of offset."""

    sha256: Sha256
    size: FileSize
    offset: FileSize = 0
    content: bytes


class Attachment(Line, frozen=True, kw_only=True):
    """A file of a ticket or comment: bytes in `content` (base64), in earlier `file` lines, or at an external `url`."""

    filename: Filename
    id: UUID | None = None
    mime_type: MimeType | None = None
    size: FileSize | None = None
    sha256: Sha256 | None = None
    url: Annotated[str, Meta(min_length=1, max_length=MAX_URL)] | None = None
    content: bytes | None = None

    def __post_init__(self) -> None:
        """Only web links are allowed: a `javascript:` address would run in the reader's session."""
        if self.url is not None and not is_web_address(self.url):
            raise ValueError("url: must be a web address (http or https)")


class Comment(Line, frozen=True, kw_only=True):
    """A comment. `public` is required: an internal note must never become a reply by omission."""

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
        """Converts times to UTC."""
        _times_in_utc(self, "created_at", "edited_at")


class Change(Line, frozen=True, kw_only=True):
    """A change of one field in a ticket's history. People are given by address, groups, categories and brands by name."""

    at: Instant
    actor: PersonRef | None = None
    field: ChangedField
    was: ChangeValue = None
    now: ChangeValue = None

    def __post_init__(self) -> None:
        """Converts times to UTC, normalizes addresses and checks the values that the field allows."""
        _times_in_utc(self, "at")
        for side in ("was", "now"):
            value = getattr(self, side)
            if value is not None:
                force_setattr(self, side, _checked_side(side, self.field, value))


class Feedback(Line, frozen=True, kw_only=True):
    """The requester's rating of a solved ticket, 1 (bad) to 5 (good)."""

    rating: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=MAX_FEEDBACK_COMMENT)] | None = None
    at: Instant | None = None

    def __post_init__(self) -> None:
        """Converts times to UTC."""
        _times_in_utc(self, "at")


class Ticket(Line, frozen=True, kw_only=True, tag_field="kind", tag="ticket"):
    """A ticket with its conversation and history. Only `subject` and `requester` are required."""

    id: UUID | None = None
    external_id: ExternalId | None = None
    number: Annotated[int, Meta(ge=1, le=MAX_NUMBER)] | None = None
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
    brand: Name | None = None
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
        """Sorts tags, converts times to UTC and checks custom fields against the limits of the API."""
        if self.custom_fields:
            for name, value in self.custom_fields.items():
                if fault := field_fault(value):
                    raise ValueError(f"custom_fields.{name}: {fault}")
        force_setattr(self, "tags", _tag_set(self.tags))
        _times_in_utc(
            self, "created_at", "updated_at", "first_response_at", "solved_at", "closed_at", "deleted_at"
        )  # fmt: skip


Record = Organization | Group | Category | Brand | Tag | Person | FilePart | Ticket

WORDS: dict[str, tuple[str, ...]] = {
    "kind": ("organization", "group", "category", "brand", "tag", "person", "file", "ticket"),
    "status": STATUSES,
    "priority": PRIORITIES,
    "type": TYPES,
    "channel": CHANNELS,
    "role": get_args(Role),
    "field": get_args(ChangedField),
    "format": (FORMAT_NAME,),
    "version": (str(FORMAT_VERSION),),
}

_encoder = msgspec.json.Encoder(order="deterministic")


def encode(record: Record) -> bytes:
    """The record's canonical line, newline included."""
    return _encoder.encode(record) + b"\n"


def field_fault(value: object) -> str | None:
    """The reason why a custom field cannot have this value; None if it can."""
    if custom_fields.is_too_large(value):
        return "must lie between -2^53 and 2^53, or be text"
    if isinstance(value, list) and len(field_text(value)) > MAX_FIELD_TEXT:
        return f"must be at most {MAX_FIELD_TEXT} characters long, its parts joined by commas"
    return None


def field_text(values: list[str]) -> str:
    """A list as the text that a custom field stores."""
    return ", ".join(values)


def _checked_side(side: str, field: ChangedField, value: Any) -> Any:
    if field in ("assignee", "requester"):
        return _address(side, value if isinstance(value, str) else "")
    if (allowed := WORDS.get(field)) and value not in allowed:
        raise ValueError(f"{side}: must be one of {', '.join(allowed)}")
    if field in ("group", "category", "brand") and not (isinstance(value, str) and 1 <= len(value) <= MAX_NAME):
        raise ValueError(f"{side}: must be a name of 1 to {MAX_NAME} characters")
    for inner in value.values() if isinstance(value, dict) else (value,):
        if not isinstance(inner, str) and (fault := field_fault(inner)):
            raise ValueError(f"{side}: {fault}")
    return value


def _normalize_email(record: Any) -> None:
    force_setattr(record, "email", _address("email", record.email))


def _address_set(field: str, addresses: list[str]) -> set[str]:
    return {_address(f"{field}[{index}]", address) for index, address in enumerate(addresses)}


def _address(field: str, text: str) -> str:
    try:
        return normalized(text)
    except ValueError as fault:
        raise ValueError(f"{field}: {fault}") from None


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

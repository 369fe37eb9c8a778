"""The open format: one JSON object per line, distinguished by `kind`. docs/admin/import-export.md is its reference.

The structs define both the parser's rules and the writer's order of keys. Building a record normalizes it: addresses
in lower case, times in UTC, tags sorted. So `encode(decode(line))` is the canonical form of a line.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from deskbell.features.tickets.policy import is_web_address
from deskbell.features.transfer.format.rules import (
    address_set,
    check_fields,
    checked_side,
    normalize_email,
    tag_set,
    times_in_utc,
)
from deskbell.features.transfer.format.types import (
    MAX_FEEDBACK_COMMENT,
    MAX_NUMBER,
    MAX_TAGS,
    MAX_URL,
    ArticleCategory,
    ArticleContent,
    ArticleTag,
    ArticleVersionNumber,
    ChangedField,
    ChangeValue,
    Colour,
    CustomFields,
    Description,
    Email,
    ExternalId,
    Filename,
    FileSize,
    Instant,
    Locale,
    LogoAddress,
    LongText,
    MimeType,
    Name,
    Phone,
    Role,
    Sha256,
    ShortText,
    Slug,
    Subject,
    TagName,
    Tags,
    WebAddress,
)
from deskbell.kernel.errors import Problem
from deskbell.kernel.shapes import ShapeError
from deskbell.kernel.words import Channel, Priority, Status, TicketType


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all objects of the format: unknown fields are refused, an empty field is omitted."""


class PersonRef(Line, frozen=True, kw_only=True):
    """A reference to a person by address. `name` and `role` apply only if the person is not known yet."""

    email: Email
    name: Name | None = None
    role: Role | None = None

    def __post_init__(self) -> None:
        normalize_email(self)


class Organization(Line, frozen=True, kw_only=True, tag_field="kind", tag="organization"):
    """The header of an export. An import does not need one: the command names the organization."""

    format: Literal["deskbell"]
    version: Literal[1, 2]
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
        leads = address_set("leads", self.leads)
        force_setattr(self, "leads", sorted(leads))
        force_setattr(self, "members", sorted(address_set("members", self.members) - leads))


class Category(Line, frozen=True, kw_only=True, tag_field="kind", tag="category"):
    """A subject area of tickets, identified by its name."""

    name: Name
    description: Description | None = None
    color: Colour | None = None


class Brand(Line, frozen=True, kw_only=True, tag_field="kind", tag="brand"):
    """A brand, identified by its name."""

    name: Name
    color: Colour | None = None
    address: WebAddress | None = None
    logo: LogoAddress | None = None


def _in_full(color: str) -> str:
    """A colour with two digits for each part: `#abc` is `#aabbcc`."""
    return color if len(color) == 7 else "#" + "".join(digit * 2 for digit in color[1:])


class Tag(Line, frozen=True, kw_only=True, tag_field="kind", tag="tag"):
    """A tag with its colour, written as `#rrggbb`; `#rgb` is read as well."""

    name: TagName
    color: Colour | None = None

    def __post_init__(self) -> None:
        """Normalizes the spelling of name and colour."""
        force_setattr(self, "name", tag_set("name", [self.name])[0])
        if self.color is not None:
            force_setattr(self, "color", _in_full(self.color.lower()))


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
    custom_fields: CustomFields = {}
    created_at: Instant | None = None
    ended_at: Instant | None = None

    def __post_init__(self) -> None:
        check_fields(self.custom_fields)
        normalize_email(self)
        times_in_utc(self, "created_at", "ended_at")


class Definition(Line, frozen=True, kw_only=True):
    """Base of the lines that define how an organization works, each as in the configuration's text (`deskbell workflow`)."""

    definition: dict[str, Any]


class FieldLine(Definition, frozen=True, kw_only=True, tag_field="kind", tag="field"):
    """A field of tickets or contacts."""


class StatusLine(Definition, frozen=True, kw_only=True, tag_field="kind", tag="status"):
    """A status of the organization's own."""


class StepLine(Definition, frozen=True, kw_only=True, tag_field="kind", tag="step"):
    """An allowed step between statuses."""


class FormLine(Definition, frozen=True, kw_only=True, tag_field="kind", tag="form"):
    """A form."""


class MacroLine(Definition, frozen=True, kw_only=True, tag_field="kind", tag="macro"):
    """A shared macro, without its files."""


class RuleLine(Definition, frozen=True, kw_only=True, tag_field="kind", tag="rule"):
    """A rule."""


AnyDefinition = FieldLine | StatusLine | StepLine | FormLine | MacroLine | RuleLine
DEFINITIONS: Final[Mapping[str, type[AnyDefinition]]] = {
    "fields": FieldLine, "statuses": StatusLine, "steps": StepLine, "forms": FormLine, "macros": MacroLine, "rules": RuleLine,
}  # fmt: skip
"""The kinds of lines by the parts of the configuration's text, in the order in which they can be read."""


class FilePart(Line, frozen=True, kw_only=True, tag_field="kind", tag="file"):
    """A part of an attachment's bytes, before the ticket that refers to it by `sha256`; parts are in order of offset."""

    sha256: Sha256
    size: FileSize
    offset: FileSize = 0
    content: bytes


class PictureRef(Line, frozen=True, kw_only=True):
    """A picture of an article, whose bytes came in earlier `file` lines."""

    sha256: Sha256


class ArticleText(Line, frozen=True, kw_only=True):
    """The words of an article. In `content`, which is Markdown, a picture's address is `deskbell:picture/` and its `sha256`."""

    slug: Slug
    locale: Locale
    version: ArticleVersionNumber = 1
    title: Subject
    content: ArticleContent
    category: ArticleCategory = ""
    tags: Annotated[list[ArticleTag], Meta(max_length=MAX_TAGS)] = []
    visibility: Literal["public", "internal"] = "public"
    pictures: list[PictureRef] = []


class Article(ArticleText, frozen=True, kw_only=True, tag_field="kind", tag="article"):
    """An article in one language, identified by slug and locale. Without `published_at` it is a draft, or internal."""

    author: Email
    published_at: Instant | None = None
    created_at: Instant
    updated_at: Instant
    source: Annotated[str, Meta(min_length=1, max_length=MAX_URL)] | None = None
    source_digest: Annotated[str, Meta(pattern="^(?:[0-9a-f]{2}){0,64}$")] | None = None

    def __post_init__(self) -> None:
        """Converts times to UTC and normalizes the author's address."""
        times_in_utc(self, "published_at", "created_at", "updated_at")
        force_setattr(self, "author", self.author.strip().lower())


class ArticleVersion(ArticleText, frozen=True, kw_only=True, tag_field="kind", tag="article_version"):
    """The words of an article in one of its versions, after its `article` line, created at `article_created_at`."""

    article_created_at: Instant
    published: bool = False
    editor: Email | None = None
    saved_at: Instant

    def __post_init__(self) -> None:
        """Converts times to UTC and normalizes the editor's address."""
        times_in_utc(self, "article_created_at", "saved_at")
        if self.editor is not None:
            force_setattr(self, "editor", self.editor.strip().lower())


AnyArticle = Article | ArticleVersion


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
            raise ShapeError(Problem.at("url", "not_a_web_address"))


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
        times_in_utc(self, "created_at", "edited_at")


class Change(Line, frozen=True, kw_only=True):
    """A change of one field in a ticket's history. People are given by address, groups, categories and brands by name."""

    at: Instant
    actor: PersonRef | None = None
    field: ChangedField
    was: ChangeValue = None
    now: ChangeValue = None

    def __post_init__(self) -> None:
        """Converts times to UTC, normalizes addresses and checks the values that the field allows."""
        times_in_utc(self, "at")
        for side in ("was", "now"):
            value = getattr(self, side)
            if value is not None:
                force_setattr(self, side, checked_side(side, self.field, value))


class Feedback(Line, frozen=True, kw_only=True):
    """The requester's rating of a solved ticket, 1 (bad) to 5 (good)."""

    rating: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=MAX_FEEDBACK_COMMENT)] | None = None
    at: Instant | None = None

    def __post_init__(self) -> None:
        """Converts times to UTC."""
        times_in_utc(self, "at")


class Ticket(Line, frozen=True, kw_only=True, tag_field="kind", tag="ticket"):
    """A ticket with its conversation and history. Only `subject` and `requester` are required."""

    id: UUID | None = None
    external_id: ExternalId | None = None
    number: Annotated[int, Meta(ge=1, le=MAX_NUMBER)] | None = None
    subject: Subject
    description: LongText = ""
    status: Status | None = None
    custom_status: Name | None = None
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
        check_fields(self.custom_fields)
        force_setattr(self, "tags", tag_set("tags", self.tags))
        times_in_utc(
            self, "created_at", "updated_at", "first_response_at", "solved_at", "closed_at", "deleted_at"
        )  # fmt: skip


Record = Organization | Group | Category | Brand | Tag | AnyDefinition | Person | FilePart | AnyArticle | Ticket

_encoder = msgspec.json.Encoder(order="deterministic")


def encode(record: Record) -> bytes:
    """The record's canonical line, newline included."""
    return _encoder.encode(record) + b"\n"

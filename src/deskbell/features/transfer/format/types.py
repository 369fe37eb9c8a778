"""The types of the open format's fields: limits, words and forms."""

from datetime import datetime
from typing import Annotated, Final, Literal, get_args

from msgspec import Meta

from deskbell.features.tickets import custom_fields
from deskbell.kernel.words import CHANNELS, PRIORITIES, STATUSES, TYPES

FORMAT_NAME: Literal["deskbell"] = "deskbell"
FORMAT_VERSION: Literal[2] = 2
"""The version that is written. Version 1, without definitions, articles and own fields of people, is read as well."""
DEFINED: Final = ("field", "status", "step", "form", "macro", "rule")
"""The kinds of lines that define how an organization works."""

MAX_ADDRESS: Final = 254
MAX_NAME: Final = 200
MAX_PHONE: Final = 50
MAX_DESCRIPTION: Final = 2_000
MAX_SUBJECT: Final = 500
MAX_TEXT: Final = 200_000
MAX_ARTICLE: Final = 500_000
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
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", extra={"messages": {"pattern": "not_a_sha256"}})]
FileSize = Annotated[int, Meta(ge=0, le=2**53)]
Filename = Annotated[str, Meta(min_length=1, max_length=MAX_FILENAME)]
MimeType = Annotated[str, Meta(min_length=1, max_length=200)]
Colour = Annotated[str, Meta(pattern=r"^#(?:[0-9a-fA-F]{3}){1,2}$", extra={"messages": {"pattern": "not_a_color"}})]
_WEB_ADDRESS: Final = {"messages": {"pattern": "not_a_web_address"}}
WebAddress = Annotated[str, Meta(max_length=MAX_URL, pattern=r"^https?://[^\s/?#]+\S*$", extra=_WEB_ADDRESS)]
LogoAddress = Annotated[
    str, Meta(max_length=MAX_URL, pattern=r"^(https?://[^\s/?#]+\S*|/api/\S+)$", extra=_WEB_ADDRESS)
]
FieldName = Annotated[str, Meta(min_length=1, max_length=MAX_FIELD_NAME)]
FieldText = Annotated[str, Meta(max_length=MAX_FIELD_TEXT)]
FieldValue = FieldText | int | float | bool | list[FieldText] | None
Slug = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
Locale = Annotated[str, Meta(min_length=2, max_length=35, pattern=r"^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$")]
ArticleContent = Annotated[str, Meta(min_length=1, max_length=MAX_ARTICLE)]
ArticleCategory = Annotated[str, Meta(max_length=100)]
ArticleTag = Annotated[str, Meta(min_length=1, max_length=200)]
ArticleVersionNumber = Annotated[int, Meta(ge=1, le=MAX_NUMBER)]
CustomFields = Annotated[dict[FieldName, FieldValue], Meta(max_length=MAX_FIELDS)]
ChangeValue = LongText | int | float | bool | list[FieldText] | dict[FieldName, FieldValue] | None

WORDS: dict[str, tuple[str, ...]] = {
    "kind": (
        "organization",
        "group",
        "category",
        "brand",
        "tag",
        *DEFINED,
        "person",
        "file",
        "article",
        "article_version",
        "ticket",
    ),
    "status": STATUSES,
    "priority": PRIORITIES,
    "type": TYPES,
    "channel": CHANNELS,
    "role": get_args(Role),
    "field": get_args(ChangedField),
    "format": (FORMAT_NAME,),
    "version": ("1", str(FORMAT_VERSION)),
}

"""Field types of v1 with their limits, and the query parameters of lists."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final, TypeAlias, TypeVar

from litestar.params import QueryParameter
from msgspec import Meta

from deskbell.features.access.addresses import clean_address
from deskbell.features.organizations.calendar import read_moment
from deskbell.kernel.errors import Invalid, MalformedRequest, Problem
from deskbell.kernel.filters import bounded, values_of
from deskbell.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, Order, PageRequest
from deskbell.runtime.database import UnitOfWork

_NOT_BLANK: Final = {"messages": {"pattern": "blank"}}


def _check_address(text: str) -> Problem | None:
    try:
        clean_address(text)
    except Invalid as refusal:
        return refusal.first_problem
    return None


Subject: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S", extra=_NOT_BLANK)]
Body: TypeAlias = Annotated[str, Meta(min_length=1, max_length=65_536, pattern=r"\S", extra=_NOT_BLANK)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S", extra=_NOT_BLANK)]
Tag: TypeAlias = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"\S", extra=_NOT_BLANK)]
Tags: TypeAlias = Annotated[list[Tag], Meta(max_length=50)]
Email: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=254, extra={"check": _check_address}, examples=["ada@example.com"])
]
Text: TypeAlias = Annotated[str, Meta(max_length=2_000)]

PageParam: TypeAlias = Annotated[int, QueryParameter(ge=1, le=1_000_000, description="Page number, from 1")]
LimitParam: TypeAlias = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="Entries per page")]
OptionalLimitParam: TypeAlias = Annotated[
    int | None, QueryParameter(ge=1, le=MAX_LIMIT, description="Entries per page. Default: the whole list")
]
CursorParam: TypeAlias = Annotated[
    str | None, QueryParameter(description="`nextCursor` of the previous page. Its cost does not grow with depth")
]


W = TypeVar("W", bound=str)


def filter_values(name: str, text: str | None, allowed: tuple[W, ...]) -> tuple[W, ...]:
    """The values of a comma-separated filter. Raises `Invalid` for a value that is not allowed."""
    if text is None or not text.strip():
        return ()
    words = values_of(name, [text.lower()])
    members = {str(member): member for member in allowed}
    if any(word not in members for word in words):
        raise Invalid.field(name, "enum", allowed=allowed)
    return tuple(members[word] for word in words)


TAG_FILTER: Final = (
    "One tag or a comma-separated list; a ticket matches if it has any of them. A tag whose name contains a comma is "
    'matched by its whole name, or in quotes: "a, b". Case does not matter'
)
"""Describes the syntax that `tags_of` parses."""
_TAG_VALUE: Final = re.compile(r'\s*"([^"]*)"\s*(?:,|$)|([^,]+)')


def tags_of(name: str, text: str | None) -> tuple[str, ...]:
    """The tags of a filter. A text without quotes may also be one tag's name with commas. Raises `Invalid` for too many."""
    if text is None:
        return ()
    found = [(quoted or plain).strip() for quoted, plain in _TAG_VALUE.findall(text)]
    if '"' not in text:
        found.append(text.strip())
    return bounded(name, dict.fromkeys(tag for tag in found if tag))


def to_utc(moment: datetime | None) -> datetime | None:
    """Converts to UTC; a time without a zone counts as UTC. Raises `MalformedRequest` outside the years 1 to 9999."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise MalformedRequest("time_out_of_range") from error


def optional_page(page: int, limit: int | None, cursor: str | None, order: Order) -> PageRequest | None:
    """The requested page of a list that is usually short; None for the whole list. Raises `Invalid`."""
    if limit is None and cursor is None and page == 1 and order == "asc":
        return None
    return PageRequest.numbered(page, limit or DEFAULT_LIMIT, cursor, order=order)


MOMENT: Final = (
    "A time (RFC 3339), or a date, which means its midnight. Without an offset, in the organization's time zone"
)
"""Describes the syntax that `moment_of` parses."""


async def moment_of(uow: UnitOfWork, name: str, text: str | None) -> datetime | None:
    """A time filter in UTC. A date means its midnight; without an offset the organization's time zone applies.

    Raises `Invalid`.
    """
    if text is None or not text.strip():
        return None
    day, divider, clock = text.strip().partition("T")
    try:
        return await read_moment(uow.db, day + divider + clock.replace(" ", "+"))  # an unescaped + arrives as a space
    except (ValueError, OverflowError) as error:
        raise Invalid.field(name, "not_a_time") from error

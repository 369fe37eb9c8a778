"""The limits and words of v1's fields, and the parameters that every list takes."""

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

_SOMETHING: Final = {"pattern_message": "blank"}


def _check_address(text: str) -> Problem | None:
    try:
        clean_address(text)
    except Invalid as refusal:
        return refusal.first_problem
    return None


Subject: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S", extra=_SOMETHING)]
Body: TypeAlias = Annotated[str, Meta(min_length=1, max_length=65_536, pattern=r"\S", extra=_SOMETHING)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S", extra=_SOMETHING)]
Tag: TypeAlias = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"\S", extra=_SOMETHING)]
Tags: TypeAlias = Annotated[list[Tag], Meta(max_length=50)]
Email: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=254, extra={"check": _check_address}, examples=["ada@example.com"])
]
Text: TypeAlias = Annotated[str, Meta(max_length=2_000)]

PageParam: TypeAlias = Annotated[int, QueryParameter(ge=1, le=1_000_000, description="Page number, from 1")]
LimitParam: TypeAlias = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="Entries a page")]
WholeLimitParam: TypeAlias = Annotated[
    int | None, QueryParameter(ge=1, le=MAX_LIMIT, description="Entries a page; all, if no part is asked for")
]
CursorParam: TypeAlias = Annotated[
    str | None, QueryParameter(description="`nextCursor` of the page before; continues at a flat cost")
]


W = TypeVar("W", bound=str)


def words_of(name: str, text: str | None, allowed: tuple[W, ...]) -> tuple[W, ...]:
    """A filter of one word or several, divided by commas. Raises `Invalid` for a word outside the vocabulary."""
    if text is None or not text.strip():
        return ()
    words = values_of(name, [text.lower()])
    members = {str(member): member for member in allowed}
    if any(word not in members for word in words):
        raise Invalid.field(name, "enum", allowed=allowed)
    return tuple(members[word] for word in words)


TAG_FILTER: Final = (
    "One tag, or several divided by commas of which a ticket has any. A tag whose name holds a comma is found by its "
    'whole name; in quotes ("a, b") the commas divide nothing. Case does not matter'
)
"""What `tags_of` reads, for documents."""
_TAG_VALUE: Final = re.compile(r'\s*"([^"]*)"\s*(?:,|$)|([^,]+)')


def tags_of(name: str, text: str | None) -> tuple[str, ...]:
    """A filter of any of some tags; a text without quotes may also be the name of one tag. Raises `Invalid`."""
    if text is None:
        return ()
    found = [(quoted or plain).strip() for quoted, plain in _TAG_VALUE.findall(text)]
    if '"' not in text:
        found.append(text.strip())
    return bounded(name, dict.fromkeys(tag for tag in found if tag))


def aware(moment: datetime | None) -> datetime | None:
    """The same moment in UTC; one without a zone is taken as UTC. Raises `MalformedRequest` beyond the calendar's ends."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise MalformedRequest("time_out_of_range") from error


def part_of(page: int, limit: int | None, cursor: str | None, order: Order) -> PageRequest | None:
    """Which page of a list that is short as a rule is asked for; None for all of it. Raises `Invalid`."""
    if limit is None and cursor is None and page == 1 and order == "asc":
        return None
    return PageRequest.numbered(page, limit or DEFAULT_LIMIT, cursor, order=order)


MOMENT: Final = (
    "A time (RFC 3339) or a date, which begins at midnight; in the organization's time zone without an offset"
)
"""What `moment_of` reads, for documents."""


async def moment_of(uow: UnitOfWork, name: str, text: str | None) -> datetime | None:
    """A filter's bound in UTC: a time, or a date for its midnight; in the organization's zone where none is given.

    Raises `Invalid`.
    """
    if text is None or not text.strip():
        return None
    day, divider, clock = text.strip().partition("T")
    try:
        return await read_moment(uow.db, day + divider + clock.replace(" ", "+"))  # an unescaped + comes as a space
    except (ValueError, OverflowError) as error:
        raise Invalid.field(name, "not_a_time") from error

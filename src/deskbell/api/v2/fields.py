"""The limits of v2's fields with the document's sentences for them, and the parameters that every list takes."""

import datetime as dt
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from deskbell.features.organizations.calendar import read_moment
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import MAX_LIMIT, PageRequest
from deskbell.runtime.database import UnitOfWork

# Lengths are counted as written; what is left without the surrounding space, which is what is kept, must reach the
# lower limit too.
Title: TypeAlias = Annotated[
    str,
    Meta(
        min_length=5,
        max_length=200,
        pattern=r"\S[\s\S]{3,}\S",
        extra={
            "too_short": "Title must be at least 5 characters",
            "too_long": "Title must be less than 200 characters",
            "pattern": "Title must be at least 5 characters",
        },
    ),
]
Description: TypeAlias = Annotated[
    str,
    Meta(
        min_length=20,
        max_length=10_000,
        pattern=r"\S[\s\S]{18,}\S",
        extra={
            "too_short": "Description must be at least 20 characters",
            "too_long": "Description must be less than 10,000 characters",
            "pattern": "Description must be at least 20 characters",
        },
    ),
]
Content: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=10_000,
        pattern=r"\S",
        extra={
            "too_short": "Message cannot be empty",
            "too_long": "Message too long",
            "pattern": "Message cannot be empty",
        },
    ),
]
Tag: TypeAlias = Annotated[str, Meta(max_length=50, extra={"too_long": "Tags must be at most 50 characters"})]
Tags: TypeAlias = Annotated[list[Tag], Meta(max_length=10, extra={"too_long": "Maximum 10 tags allowed"})]
Name: TypeAlias = Annotated[
    str,
    Meta(min_length=1, max_length=200, pattern=r"\S", extra={"pattern": "This field must not be empty"}),
]


_NO_TICKET: Final = {"type": "Invalid ticket ID"}
_NO_ASSIGNEE: Final = {"type": "Invalid assignee ID"}
_NO_MESSAGE: Final = {"type": "Invalid message ID"}
_NO_USER: Final = {"type": "Invalid user ID"}
_NO_POLICY: Final = {"type": "Invalid SLA policy ID"}
_NO_RESPONSE: Final = {"type": "Invalid canned response ID"}

TicketId: TypeAlias = Annotated[UUID, Meta(extra=_NO_TICKET), PathParameter()]
MessageId: TypeAlias = Annotated[UUID, Meta(extra=_NO_MESSAGE), PathParameter()]
MemberId: TypeAlias = Annotated[UUID, Meta(extra=_NO_USER), PathParameter()]
PolicyId: TypeAlias = Annotated[UUID, Meta(extra=_NO_POLICY), PathParameter()]
ResponseId: TypeAlias = Annotated[UUID, Meta(extra=_NO_RESPONSE), PathParameter()]
AssigneeId: TypeAlias = Annotated[UUID, Meta(extra=_NO_ASSIGNEE)]

PageParam: TypeAlias = Annotated[int, QueryParameter(ge=1, le=1_000_000, description="Page number, from 1")]
LimitParam: TypeAlias = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="Entries a page")]
SearchParam: TypeAlias = Annotated[str | None, QueryParameter(max_length=200, description="Words to look for")]


def numbered(page: int, limit: int) -> PageRequest:
    """Which part of a list a page is. Raises `Invalid` beyond any list's end."""
    return PageRequest.numbered(page, limit)


async def moment(uow: UnitOfWork, name: str, text: str | None) -> dt.datetime | None:
    """A time or a day (its first moment) in a filter; in the organization's time zone without an offset. Raises `Invalid`."""
    if text is None or not text.strip():
        return None
    try:
        return await read_moment(uow.db, text.strip())
    except (ValueError, OverflowError) as error:
        raise Invalid.field(name, "Invalid date") from error

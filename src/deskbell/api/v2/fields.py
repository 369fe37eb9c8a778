"""Field types of v2 with their limits and messages, and the query parameters of lists."""

import datetime as dt
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from deskbell.features.organizations.calendar import read_moment
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import MAX_LIMIT, PageRequest
from deskbell.runtime.database import UnitOfWork

# The minimum applies to the text without surrounding whitespace as well, since that is what is stored.
Title: TypeAlias = Annotated[
    str,
    Meta(
        min_length=5,
        max_length=200,
        pattern=r"\S[\s\S]{3,}\S",
        extra={
            "messages": {
                "too_short": "v2.title.too_short",
                "too_long": "v2.title.too_long",
                "pattern": "v2.title.too_short",
            },
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
            "messages": {
                "too_short": "v2.description.too_short",
                "too_long": "v2.description.too_long",
                "pattern": "v2.description.too_short",
            },
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
            "messages": {
                "too_short": "v2.message.empty",
                "too_long": "v2.message.too_long",
                "pattern": "v2.message.empty",
            },
        },
    ),
]
Tag: TypeAlias = Annotated[str, Meta(max_length=50, extra={"messages": {"too_long": "v2.tag.too_long"}})]
Tags: TypeAlias = Annotated[list[Tag], Meta(max_length=10, extra={"messages": {"too_long": "v2.tags.too_many"}})]
Name: TypeAlias = Annotated[
    str,
    Meta(min_length=1, max_length=200, pattern=r"\S", extra={"messages": {"pattern": "blank"}}),
]


_NO_TICKET: Final = {"messages": {"type": "v2.ticket_id"}}
_NO_ASSIGNEE: Final = {"messages": {"type": "v2.assignee_id"}}
_NO_MESSAGE: Final = {"messages": {"type": "v2.message_id"}}
_NO_USER: Final = {"messages": {"type": "v2.user_id"}}
_NO_POLICY: Final = {"messages": {"type": "v2.policy_id"}}
_NO_RESPONSE: Final = {"messages": {"type": "v2.response_id"}}

TicketId: TypeAlias = Annotated[UUID, Meta(extra=_NO_TICKET), PathParameter()]
MessageId: TypeAlias = Annotated[UUID, Meta(extra=_NO_MESSAGE), PathParameter()]
MemberId: TypeAlias = Annotated[UUID, Meta(extra=_NO_USER), PathParameter()]
PolicyId: TypeAlias = Annotated[UUID, Meta(extra=_NO_POLICY), PathParameter()]
ResponseId: TypeAlias = Annotated[UUID, Meta(extra=_NO_RESPONSE), PathParameter()]
AssigneeId: TypeAlias = Annotated[UUID, Meta(extra=_NO_ASSIGNEE)]

PageParam: TypeAlias = Annotated[int, QueryParameter(ge=1, le=1_000_000, description="Page number, from 1")]
LimitParam: TypeAlias = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="Entries per page")]
SearchParam: TypeAlias = Annotated[str | None, QueryParameter(max_length=200, description="Words to search for")]


def numbered(page: int, limit: int) -> PageRequest:
    """The requested page. Raises `Invalid` beyond the maximum offset."""
    return PageRequest.numbered(page, limit)


async def moment(uow: UnitOfWork, name: str, text: str | None) -> dt.datetime | None:
    """A time or date (its midnight) of a filter; without an offset, in the organization's time zone. Raises `Invalid`."""
    if text is None or not text.strip():
        return None
    try:
        return await read_moment(uow.db, text.strip())
    except (ValueError, OverflowError) as error:
        raise Invalid.field(name, "not_a_time") from error

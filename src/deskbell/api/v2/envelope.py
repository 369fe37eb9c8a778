"""Envelopes of v2 responses."""

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from litestar import Response
from msgspec import UNSET, Struct, UnsetType

from deskbell.api.shared.plain import Problem, field_problems
from deskbell.api.v2.vocabulary import FIELDS
from deskbell.kernel.errors import DeskbellError, Invalid
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.messages import Say

T = TypeVar("T")
S = TypeVar("S")


class One(Struct, Generic[T], frozen=True):
    """A single object."""

    data: T


class Pagination(Struct, frozen=True, rename="camel"):
    """The position of a page in a list. Pages are numbered from 1."""

    page: int
    limit: int
    total: int
    total_pages: int
    has_more: bool


class Many(Struct, Generic[T], frozen=True):
    """A page of a list."""

    data: list[T]
    pagination: Pagination

    @classmethod
    def of(cls, page: Page[S], view: Callable[[S], T]) -> "Many[T]":
        """Converts a page of records to views."""
        limit = page.request.limit
        number = page.request.offset // limit + 1
        pagination = Pagination(number, limit, page.total, -(-page.total // limit), number * limit < page.total)
        return cls([view(item) for item in page.items], pagination)

    @classmethod
    def whole(cls, items: list[S], view: Callable[[S], T]) -> "Many[T]":
        """Converts a short list that is always returned completely."""
        return cls.of(Page(items, len(items), PageRequest(max(len(items), 1))), view)


class ErrorBody(Struct, frozen=True):
    """An error: its name, a message for people and the invalid fields."""

    error: str
    message: str
    details: list[Problem] | UnsetType = UNSET


_NAMES: Final = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "ConflictError",
    412: "PreconditionFailed",
    413: "PayloadTooLarge",
    422: "UnprocessableEntity",
    429: "RateLimitExceeded",
    503: "ServiceUnavailable",
}


# Clients must distinguish these from a wrong password, to ask for the code.
_NAMES_OF_CODES: Final = {
    "TWO_FACTOR_REQUIRED": "TwoFactorRequired",
    "INVALID_TWO_FACTOR_CODE": "InvalidTwoFactorCode",
}


def render(refusal: DeskbellError, say: Say) -> ErrorBody:
    if isinstance(refusal, Invalid):
        return ErrorBody("ValidationError", say(refusal.reason), field_problems(refusal, say, FIELDS))
    name = _NAMES_OF_CODES.get(refusal.code) or _NAMES.get(refusal.status, "InternalError")
    return ErrorBody(name, say(refusal.reason))


def tagged(view: T, etag: str, status_code: int = 200) -> Response[One[T]]:
    """The response for an object with its entity tag."""
    answer: Response[Any] = Response(One(view), status_code=status_code, headers={"ETag": etag})
    return answer

"""Envelopes of v1 responses."""

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

import msgspec
from litestar import Response
from litestar.datastructures import CacheControlHeader
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.api.shared.plain import Problem, field_problems
from deskbell.kernel.errors import DeskbellError, Invalid, StaleVersion
from deskbell.kernel.paging import Page
from deskbell.runtime.messages import Say

T = TypeVar("T")

NEVER_STORED: Final = CacheControlHeader(no_store=True)
"""Cache-Control for responses that carry a credential."""


class Success(Struct, Generic[T], frozen=True):
    """A successful response."""

    data: T
    message: str | UnsetType = UNSET
    success: bool = True


def tagged(view: T, etag: str, *, new_at: str | None = None) -> Response[Success[T]]:
    """An object with its entity tag. With `new_at`, a path under `/api/v1`, the status is 201 and `Location` names it."""
    headers = {"ETag": etag}
    if new_at is None:
        return Response(Success(view), headers=headers)
    return Response(Success(view), status_code=201, headers=headers | {"Location": f"/api/v1{new_at}"})


class Done(Struct, frozen=True):
    """A successful response without data."""

    message: str | UnsetType = UNSET
    success: bool = True


class Pagination(Struct, frozen=True, rename="camel"):
    """The position of a page in a list. `next_cursor` fetches the next page; its cost does not grow with depth."""

    page: int
    limit: int
    total: int
    total_pages: int
    has_next_page: bool
    has_previous_page: bool
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Any]) -> "Pagination":
        limit = page.request.limit
        return cls(
            page=page.request.offset // limit + 1,
            limit=limit,
            total=page.total,
            total_pages=-(-page.total // limit),
            has_next_page=page.next_cursor is not None,
            has_previous_page=page.request.offset > 0 or page.request.cursor is not None,
            next_cursor=page.next_cursor,
        )


class Paginated(Struct, Generic[T], frozen=True):
    """A successful response with one page of a list."""

    data: list[T]
    pagination: Pagination
    success: bool = True


class ListOrPage(Struct, Generic[T], frozen=True):
    """A successful response with a whole list or, if the request asks for a page, that page and its position."""

    data: list[T]
    pagination: Pagination | UnsetType = UNSET
    success: bool = True


class ErrorDetails(Struct, frozen=True, omit_defaults=True):
    """Further data of an error. With 412, `current` is the present object, as a request for it would show it."""

    fields: list[Problem] = []
    retry_after: int | None = None
    limit: int | None = None
    count: int | None = None
    current: dict[str, Any] | None = None


class ErrorBody(Struct, frozen=True):
    """An error: a stable code, a message for people and further data."""

    code: str
    message: str
    details: ErrorDetails


class ErrorEnvelope(Struct, frozen=True):
    """An unsuccessful response."""

    error: ErrorBody
    success: bool = False


Shown = Callable[[Any, bool], Struct]
_shapes: Final[dict[type, Shown]] = {}


def show_current(kind: type, shape: Shown) -> None:
    """Declares the shape in which 412 shows a record of a type, for staff (True) or a customer."""
    _shapes[kind] = shape


def _shown(record: object, *, for_staff: bool) -> dict[str, Any] | None:
    shape = _shapes.get(type(record))
    if shape is None:
        return None
    shown: dict[str, Any] = msgspec.to_builtins(shape(record, for_staff))
    return shown


def render(refusal: DeskbellError, say: Say) -> ErrorEnvelope:
    if isinstance(refusal, Invalid):
        details = ErrorDetails(fields=field_problems(refusal, say))
    else:
        details = ErrorDetails(**{k: v for k, v in refusal.details.items() if k in ("retry_after", "limit", "count")})
    if isinstance(refusal, StaleVersion) and refusal.record is not None:
        details = replace(details, current=_shown(refusal.record, for_staff=refusal.for_staff))
    return ErrorEnvelope(ErrorBody(refusal.code, say(refusal.reason), details))

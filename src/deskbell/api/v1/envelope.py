"""The forms that every v1 answer has."""

from typing import Any, Final, Generic, TypeVar

from litestar import Response
from litestar.datastructures import CacheControlHeader
from msgspec import UNSET, Struct, UnsetType

from deskbell.api.shared.plain import Problem, field_problems
from deskbell.kernel.errors import DeskbellError, Invalid
from deskbell.kernel.paging import Page
from deskbell.runtime.messages import Say

T = TypeVar("T")

NEVER_STORED: Final = CacheControlHeader(no_store=True)
"""For answers that carry a credential."""


class Success(Struct, Generic[T], frozen=True):
    """A successful answer."""

    data: T
    message: str | UnsetType = UNSET
    success: bool = True


def tagged(view: T, etag: str, *, new_at: str | None = None) -> Response[Success[T]]:
    """An object with its entity tag; one that was just made is 201 and found at `new_at`, a path below the contract's."""
    headers = {"ETag": etag}
    if new_at is None:
        return Response(Success(view), headers=headers)
    return Response(Success(view), status_code=201, headers=headers | {"Location": f"/api/v1{new_at}"})


class Done(Struct, frozen=True):
    """A successful answer that has nothing to show."""

    message: str | UnsetType = UNSET
    success: bool = True


class Pagination(Struct, frozen=True, rename="camel"):
    """Where in a list a page stands. `next_cursor` continues it at a cost that does not grow with depth."""

    page: int
    limit: int
    total: int
    total_pages: int
    has_next_page: bool
    has_previous_page: bool
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Any]) -> "Pagination":
        """The pagination of a page of anything."""
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


class Listed(Struct, Generic[T], frozen=True):
    """A successful answer with a bare list, where it stands told beside it."""

    data: list[T]
    pagination: Pagination
    success: bool = True


class Whole(Struct, Generic[T], frozen=True):
    """A successful answer with a bare list: all of it or, where a page was asked for, that page and where it stands."""

    data: list[T]
    pagination: Pagination | UnsetType = UNSET
    success: bool = True


class ErrorDetails(Struct, frozen=True, omit_defaults=True):
    """What more is known about a refusal."""

    fields: list[Problem] = []
    retry_after: int | None = None
    limit: int | None = None


class ErrorBody(Struct, frozen=True):
    """A refusal: a stable code, a sentence, and what more is known."""

    code: str
    message: str
    details: ErrorDetails


class ErrorEnvelope(Struct, frozen=True):
    """An unsuccessful answer."""

    error: ErrorBody
    success: bool = False


def render(refusal: DeskbellError, say: Say) -> ErrorEnvelope:
    """A refusal in v1's form."""
    if isinstance(refusal, Invalid):
        details = ErrorDetails(fields=field_problems(refusal, say))
    else:
        details = ErrorDetails(**{k: v for k, v in refusal.details.items() if k in ("retry_after", "limit")})
    return ErrorEnvelope(ErrorBody(refusal.code, say(refusal.reason), details))

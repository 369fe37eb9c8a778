"""Envelopes of platform responses."""

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct

from deskbell.api.platform.vocabulary import FIELDS
from deskbell.api.shared.plain import field_problems
from deskbell.kernel.errors import DeskbellError, Forbidden, Invalid, NotFound, Problem, Unauthenticated
from deskbell.kernel.paging import Page
from deskbell.runtime.messages import Say

T = TypeVar("T")
S = TypeVar("S")


class Detail(Struct, frozen=True):
    """An error message."""

    detail: str


class Numbered(Struct, Generic[T], frozen=True):
    """A page of a list. `total` counts all entries, `pages` all pages."""

    items: list[T]
    total: int
    page: int
    pages: int

    @classmethod
    def of(cls, page: Page[S], view: Callable[[S], T]) -> "Numbered[T]":
        """Converts a page of records to views."""
        limit = page.request.limit
        return cls(
            [view(item) for item in page.items], page.total, page.request.offset // limit + 1, -(-page.total // limit)
        )


def render(refusal: DeskbellError, say: Say) -> Detail:
    """Renders a refusal as one message. For invalid input, it names each field and the allowed values."""
    if isinstance(refusal, Invalid):
        fields = (f"{each.path or 'body'}: {each.message}" for each in field_problems(refusal, say, FIELDS))
        return Detail(f"Invalid request parameters. {'; '.join(fields)}")
    if isinstance(refusal, NotFound):
        return Detail(say(Problem("not_found")))
    # The document fixes the wording of these two refusals, whatever their reason.
    fixed = next((kind for kind in (Unauthenticated, Forbidden) if isinstance(refusal, kind)), None)
    return Detail(say(Problem(fixed.default) if fixed else refusal.reason))

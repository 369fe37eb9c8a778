"""The forms that every platform answer has."""

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
    """An unsuccessful answer: a sentence."""

    detail: str


class Numbered(Struct, Generic[T], frozen=True):
    """A numbered page of a list: `total` counts the whole list, `pages` its pages."""

    items: list[T]
    total: int
    page: int
    pages: int

    @classmethod
    def of(cls, page: Page[S], view: Callable[[S], T]) -> "Numbered[T]":
        """A page of the core's records, each as its view."""
        limit = page.request.limit
        return cls(
            [view(item) for item in page.items], page.total, page.request.offset // limit + 1, -(-page.total // limit)
        )


def render(refusal: DeskbellError, say: Say) -> Detail:
    """A refusal as one sentence; for bad input it names each field and what is allowed."""
    if isinstance(refusal, Invalid):
        fields = (f"{each.path or 'body'}: {each.message}" for each in field_problems(refusal, say, FIELDS))
        return Detail(f"Invalid request parameters. {'; '.join(fields)}")
    if isinstance(refusal, NotFound):
        return Detail(say(Problem("not_found")))
    # The document words two refusals itself, whatever their reason.
    fixed = next((kind for kind in (Unauthenticated, Forbidden) if isinstance(refusal, kind)), None)
    return Detail(say(Problem(fixed.default) if fixed else refusal.reason))

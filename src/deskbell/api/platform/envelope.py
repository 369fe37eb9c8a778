"""The forms that every platform answer has."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from msgspec import Struct

from deskbell.api.platform.vocabulary import FIELDS
from deskbell.api.shared.plain import in_words_of
from deskbell.kernel.errors import DeskbellError, Forbidden, Invalid, NotFound, Unauthenticated
from deskbell.kernel.paging import Page

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


# The document gives these sentences, so a client may compare them.
_SENTENCES: Final = ((Unauthenticated, "Not authenticated"), (Forbidden, "Insufficient permissions"))


def render(refusal: DeskbellError) -> Detail:
    """A refusal as one sentence; for bad input it names each field and what is allowed."""
    if isinstance(refusal, Invalid):
        told = (f"{each.path or 'body'}: {each.message}" for each in in_words_of(FIELDS, refusal))
        return Detail(f"Invalid request parameters. {'; '.join(told)}")
    if isinstance(refusal, NotFound):
        return Detail("Resource not found")
    return Detail(next((text for kind, text in _SENTENCES if isinstance(refusal, kind)), refusal.message))

"""The forms that the contracts without an envelope have in common: lists, refusals, pages by offset, limits of fields."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final, Generic, TypeAlias, TypeVar

import msgspec
from litestar.params import QueryParameter
from msgspec import Meta, Struct

from deskbell.api.shared.validation import InvalidBody
from deskbell.kernel.errors import DeskbellError, FieldProblem, Invalid
from deskbell.kernel.paging import MAX_LIMIT, MAX_OFFSET, Page

T = TypeVar("T")
S = TypeVar("S")

_SOMETHING: Final = {"pattern_message": "This field must not be empty"}

Subject: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S", extra=_SOMETHING)]
Content: TypeAlias = Annotated[str, Meta(min_length=1, max_length=65_536, pattern=r"\S", extra=_SOMETHING)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S", extra=_SOMETHING)]
Password: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1_000)]

LimitParam: TypeAlias = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="Entries to answer with")]
OffsetParam: TypeAlias = Annotated[int, QueryParameter(ge=0, le=MAX_OFFSET, description="Entries to skip")]


class Listing(Struct, Generic[T], frozen=True):
    """A part of a list; `total` counts the whole list."""

    items: list[T]
    total: int
    limit: int
    offset: int

    @classmethod
    def of(cls, page: Page[S], view: Callable[[S], T]) -> "Listing[T]":
        """A page of the core's records, each as its view."""
        return cls([view(item) for item in page.items], page.total, page.request.limit, page.request.offset)


class Refusal(Struct, frozen=True):
    """An unsuccessful answer: a sentence, a stable code, and what is wrong with which field."""

    error: str
    code: str
    details: list[FieldProblem]


def status_of(refusal: DeskbellError) -> int:
    """These contracts answer bad input with 400."""
    return 400 if isinstance(refusal, Invalid) else refusal.status


def in_words_of(names: Mapping[str, str], refusal: Invalid) -> list[FieldProblem]:
    """The problems of a refusal, the core's field names exchanged for a contract's.

    A body's are its sender's already: one who wrote the core's `assignee_id` must not read of `assigned_to`.
    """
    if isinstance(refusal, InvalidBody):
        return list(refusal.problems)
    return [msgspec.structs.replace(each, path=_renamed(names, each.path)) for each in refusal.problems]


def _renamed(names: Mapping[str, str], path: str) -> str:
    return ".".join(names.get(part, part) for part in path.split("."))


def refusal_renderer(
    names: Mapping[str, str], reword: Callable[[str], str] = str
) -> Callable[[DeskbellError], Refusal]:
    """How a contract words its refusals: by its names for the core's fields, and its nouns in the core's sentences."""

    def render(refusal: DeskbellError) -> Refusal:
        if not isinstance(refusal, Invalid):
            return Refusal(reword(refusal.message), refusal.code, [])
        problems = [msgspec.structs.replace(each, message=reword(each.message)) for each in in_words_of(names, refusal)]
        return Refusal(f"Invalid {top_fields(problems)}", refusal.code, problems)

    return render


def top_fields(problems: list[FieldProblem]) -> str:
    """The fields that problems are about, each once: `status, priority`."""
    return ", ".join(dict.fromkeys(problem.path.partition(".")[0] or "body" for problem in problems))

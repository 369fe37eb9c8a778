"""Shapes shared by the contracts without an envelope: lists with offsets, errors, field types."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final, Generic, TypeAlias, TypeVar
from uuid import UUID

from litestar.params import QueryParameter
from msgspec import Meta, Struct

from deskbell.api.shared.validation import InvalidBody
from deskbell.features.tickets.bulk_records import BulkOutcome
from deskbell.kernel.errors import DeskbellError, Invalid
from deskbell.kernel.paging import MAX_LIMIT, MAX_OFFSET, Page
from deskbell.runtime.messages import Say

T = TypeVar("T")
S = TypeVar("S")

_NOT_BLANK: Final = {"messages": {"pattern": "blank"}}

Subject: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S", extra=_NOT_BLANK)]
Content: TypeAlias = Annotated[str, Meta(min_length=1, max_length=65_536, pattern=r"\S", extra=_NOT_BLANK)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S", extra=_NOT_BLANK)]
Password: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1_000)]

LimitParam: TypeAlias = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="Maximum number of entries")]
OffsetParam: TypeAlias = Annotated[int, QueryParameter(ge=0, le=MAX_OFFSET, description="Number of entries to skip")]


class Listing(Struct, Generic[T], frozen=True):
    """A page of a list. `total` counts all entries."""

    items: list[T]
    total: int
    limit: int
    offset: int

    @classmethod
    def of(cls, page: Page[S], view: Callable[[S], T]) -> "Listing[T]":
        """Converts a page of records to views."""
        return cls([view(item) for item in page.items], page.total, page.request.limit, page.request.offset)


class Problem(Struct, frozen=True):
    """A problem with one field: a message and its code in the message catalogue."""

    path: str
    message: str
    code: str


class OutcomeView(Struct, frozen=True):
    """The result for one object of a bulk command. If it was refused, `code` and `message` give the reason."""

    id: UUID
    ok: bool
    code: str | None = None
    message: str | None = None

    @classmethod
    def of(cls, outcome: BulkOutcome, say: Say) -> "OutcomeView":
        return cls(outcome.id, outcome.ok, outcome.code, say(outcome.problem) if outcome.problem else None)


class Refusal(Struct, frozen=True):
    """An error: a message for people, a stable code and the problems of each field."""

    error: str
    code: str
    details: list[Problem]


def status_of(refusal: DeskbellError) -> int:
    """The HTTP status, for contracts that answer invalid input with 400."""
    return 400 if isinstance(refusal, Invalid) else refusal.status


def field_problems(refusal: Invalid, say: Say, names: Mapping[str, str] | None = None) -> list[Problem]:
    """The problems of a refusal with messages, using a contract's field names.

    The paths of an `InvalidBody` are kept: they are the names the client sent. A client that sent an unknown field
    `assignee_id` must not get an error about `assigned_to`.
    """
    own = {} if names is None or isinstance(refusal, InvalidBody) else names
    return [Problem(_renamed(own, each.path), say(each), each.code) for each in refusal.problems]


def _renamed(names: Mapping[str, str], path: str) -> str:
    return ".".join(names.get(part, part) for part in path.split("."))


def refusal_renderer(names: Mapping[str, str]) -> Callable[[DeskbellError, Say], Refusal]:
    """Renders refusals of the contracts at the server's root with a contract's field names."""

    def render(refusal: DeskbellError, say: Say) -> Refusal:
        if not isinstance(refusal, Invalid):
            return Refusal(say(refusal.reason), refusal.code, [])
        problems = field_problems(refusal, say, names)
        return Refusal(f"Invalid {top_fields(problems)}", refusal.code, problems)

    return render


def top_fields(problems: list[Problem]) -> str:
    """The names of the invalid fields, each once: `status, priority`."""
    return ", ".join(dict.fromkeys(problem.path.partition(".")[0] or "body" for problem in problems))

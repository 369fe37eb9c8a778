"""A search text part by part, for showing it as chips: each with its place, its meaning in names, and what is wrong."""

import re
from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from deskbell.features.search import queries
from deskbell.features.search.queries import Named
from deskbell.features.tickets.service.searching import VOCABULARY, parts_of
from deskbell.kernel.errors import Problem
from deskbell.kernel.permissions import Permission
from deskbell.kernel.search.language import Filter, Part, Span, Term
from deskbell.runtime.database import UnitOfWork

__all__ = ["Chip", "ChipValue", "chips_of"]

ChipKind = Literal["word", "phrase", "prefix", "operator"]
_WRITTEN: Final = re.compile(r"-?([A-Za-z_][A-Za-z0-9_.]*)(:|[<>]=?)(.*)", re.DOTALL)
_NAMES: Final = {
    "assignee": (Permission.AGENT_READ,), "requester": (Permission.AGENT_READ, Permission.CONTACT_READ),
    "follower": (Permission.AGENT_READ, Permission.CONTACT_READ),
    "group": (Permission.GROUP_READ,), "category": (Permission.CATEGORY_READ,), "tag": (Permission.TAG_READ,),
}  # fmt: skip
"""The operators whose values are names, with the permissions to learn them."""


class ChipValue(Struct, frozen=True):
    """A value of an operator. `label` is the whole name where the value names one thing.

    `matches` is how many it names: 0 finds nothing. It is None for values that are no names.
    """

    text: str
    label: str
    matches: int | None = None


class Chip(Struct, frozen=True, kw_only=True):
    """A part of a search text. `problem` says what is wrong with it; such a part has no values."""

    position: int
    length: int
    text: str
    kind: ChipKind
    field: str | None = None
    comparison: str | None = None
    negated: bool = False
    values: list[ChipValue] = []
    problem: Problem | None = None

    @property
    def label(self) -> str:
        """The part in words."""
        if self.field is None or not self.values:
            return self.text
        return f"{self.field}{self.comparison} {', '.join(value.label for value in self.values)}"


async def chips_of(uow: UnitOfWork, text: str) -> list[Chip]:
    """The parts of a search text in their order. As many statements for any text. Raises `Invalid` for a long one."""
    uow.actor.require(Permission.SEARCH)
    parts = await parts_of(uow, text)
    names = await _names(uow, [part.meaning for part in parts if isinstance(part.meaning, Filter)])
    return [_chip(part, text, names) for part in parts]


_Names = dict[tuple[str, str], Named]


async def _names(uow: UnitOfWork, filters: Sequence[Filter]) -> _Names:
    """The things that values of operators name, by operator and value, as far as the actor may know."""
    found: _Names = {}
    for field, needed in _NAMES.items():
        words = sorted({value for each in filters if each.field == field for value in each.values})
        if not words or not all(map(uow.actor.may, needed)):
            continue
        match field:
            case "assignee" | "requester" | "follower":
                named = await queries.people_named(uow.db, words)
            case "group" | "category":
                named = await queries.places_named(uow.db, field, words)
            case _:
                named = await queries.tags_named(uow.db, words)
        found |= {(field, each.word): each for each in named}
    return found


def _chip(part: Part, text: str, names: _Names) -> Chip:
    written = text[part.start : part.end]
    position, length = part.start, part.end - part.start
    problem = part.problem.problem if part.problem is not None else None
    match part.meaning:
        case Term(kind=kind, negated=negated):
            return Chip(position=position, length=length, text=written, kind=kind, negated=negated, problem=problem)
        case Filter() | Span() as meaning:
            found = _WRITTEN.fullmatch(written)
            assert found is not None  # it was read as an operator
            values = _values(meaning, found[3], names) if problem is None else []
            return Chip(
                position=position, length=length, text=written, kind="operator", field=meaning.field, comparison=found[2],
                negated=meaning.negated, values=values, problem=problem,
            )  # fmt: skip
        case _:
            misread = problem is not None and _WRITTEN.fullmatch(written) is not None
            return Chip(
                position=position, length=length, text=written, kind="operator" if misread else "word",
                negated=written.startswith("-"), problem=problem,
            )  # fmt: skip


def _values(meaning: Filter | Span, written: str, names: _Names) -> list[ChipValue]:
    if isinstance(meaning, Span) or meaning.field in VOCABULARY.lengths:
        return [ChipValue(written, written)]
    fixed = [ChipValue(word, word) for word, there in (("me", meaning.me), ("none", meaning.none)) if there]
    return fixed + [_value(meaning.field, value, names) for value in meaning.values]


def _value(field: str, value: str, names: _Names) -> ChipValue:
    named = names.get((field, value))
    return ChipValue(value, value) if named is None else ChipValue(value, named.name or value, named.count)

"""Compiled conditions: their operators, asked of the facts of a ticket and of its change."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.values import Asked, Value
from deskbell.kernel.search.groups import Kind

Ids: TypeAlias = Mapping[tuple[str, str], UUID]
"""The object that each name in a condition means, by kind (`person`, `by`, `group`, `category`) and name."""
Moment: TypeAlias = datetime
Test: TypeAlias = Callable[[TicketFacts, Occasion, Moment], bool]
COMPARING: Final = 0
OF_MOMENTS: Final = 1
LOOKING: Final = 2
"""The costs of operators: those that compare a value, a moment, or look for words and patterns."""


class Operator(Struct, frozen=True):
    """One operator of a compiled condition. `reads` is the field whose change may change the answer.

    `cost` orders the operators of a text, cheap ones first. `written` is its text and `path` leads to it; `value` reads
    what it compares. `turns` is the moment after which time alone has changed the answer, None for most operators.
    """

    reads: str
    holds: Test
    cost: int
    path: str
    written: str
    value: Value
    turns: Value | None = None


class Operators(Struct, frozen=True):
    """A compiled condition. `parts` are what it was made of, `holds` asks all of them."""

    parts: tuple["Operators | Operator", ...]
    holds: Test

    def reads(self) -> frozenset[str]:
        """The fields whose change may change the answer."""
        return frozenset().union(*({part.reads} if isinstance(part, Operator) else part.reads() for part in self.parts))


def joined(kind: Kind, parts: tuple[Operators | Operator, ...]) -> Operators:
    """A condition of parts of which all, any or none must hold."""
    tests = tuple(part.holds for part in sorted(parts, key=_cost_of))

    def every(ticket: TicketFacts, occasion: Occasion, now: Moment) -> bool:
        for test in tests:  # noqa: SIM110 - `all` with a generator takes twice as long, on the path of every change
            if not test(ticket, occasion, now):
                return False
        return True

    def some(ticket: TicketFacts, occasion: Occasion, now: Moment) -> bool:
        return any(test(ticket, occasion, now) for test in tests)

    return Operators(parts, every if kind == "all" else negated(some, negate=kind == "none"))


def _cost_of(part: Operators | Operator) -> int:
    if isinstance(part, Operator):
        return part.cost
    return max(map(_cost_of, part.parts), default=COMPARING)


def asked(condition: Operators | Operator, ticket: TicketFacts, occasion: Occasion, now: Moment) -> Iterator[Asked]:
    """Each operator of a condition with its answer and the value that it compared, in the order written."""
    if isinstance(condition, Operator):
        holds = condition.holds(ticket, occasion, now)
        yield Asked(condition.path, condition.written, holds, condition.value(ticket, occasion, now))
        return
    for part in condition.parts:
        yield from asked(part, ticket, occasion, now)


def next_turn(condition: Operators | Operator, ticket: TicketFacts, occasion: Occasion, now: Moment) -> Moment | None:
    """The next moment at which an operator on a duration may answer otherwise, if nothing but time changes."""
    if isinstance(condition, Operator):
        turn: Moment | None = None if condition.turns is None else condition.turns(ticket, occasion, now)
        return turn if turn is not None and turn > now else None
    found = (next_turn(part, ticket, occasion, now) for part in condition.parts)
    return min((turn for turn in found if turn is not None), default=None)


def negated(test: Test, *, negate: bool) -> Test:
    """The test, or its opposite."""
    return (lambda ticket, occasion, now: not test(ticket, occasion, now)) if negate else test

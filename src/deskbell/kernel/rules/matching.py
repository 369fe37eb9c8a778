"""Conditions in memory: the syntax tree of `kernel.search`, compared with the facts of a ticket and of its change.

The tickets' SQL reads the same tree; `tests/features/tickets/test_two_readings.py` holds both equal. A negated operator
holds where the plain one does not, also where there is nothing to compare.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, TypeAlias
from uuid import UUID

import re2
from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.fields import MOMENTS, Definition, FieldValue
from deskbell.kernel.rules import vocabulary
from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.field_values import value_holds
from deskbell.kernel.rules.values import Asked, Value, moment_of, sought_in, value_of
from deskbell.kernel.rules.vocabulary import RULES, ticket_field
from deskbell.kernel.rules.words import Words, folded, folded_name
from deskbell.kernel.search.groups import Kind, Text, Tree
from deskbell.kernel.search.language import Filter, Span, parse
from deskbell.kernel.search.problems import QueryProblem
from deskbell.kernel.search.values import ValueTest, Written, value_test

MAX_PATTERN: Final = 200
"""The longest pattern, in characters, without its slashes."""

Ids: TypeAlias = Mapping[tuple[str, str], UUID]
"""The object that each name in a condition means, by kind (`person`, `group`, `category`) and name."""
Moment: TypeAlias = datetime
Test: TypeAlias = Callable[[TicketFacts, Occasion, Moment], bool]
COMPARING: Final = 0
OF_MOMENTS: Final = 1
LOOKING: Final = 2
"""The costs of operators: those that compare a value, a moment, or look for words and patterns."""


class Name(Struct, frozen=True):
    """A name in a condition that has to be looked up. `at` is its position in the text at `path`, from 0."""

    kind: str
    value: str
    path: str
    at: int


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

    return Operators(parts, every if kind == "all" else _negated(some, kind == "none"))


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


def names_in(tree: Tree) -> Iterator[Name]:
    """The names that have to be looked up before a condition is compiled."""
    for text in tree.texts():
        for part, places in zip(text.query.filters, text.places, strict=True):
            if (field := ticket_field(part.field)).startswith(vocabulary.FIELD):
                yield Name("field", field.removeprefix(vocabulary.FIELD), text.path, 0)
                continue
            if field.startswith(vocabulary.REQUESTER_FIELD):
                yield Name("contact_field", field.removeprefix(vocabulary.REQUESTER_FIELD), text.path, 0)
                continue
            kind = _kind_of(field)
            if kind is None:
                continue
            for value, place in zip(part.values, places, strict=True):
                if value.lower() not in _own_words(part.field):
                    yield Name(kind, value, text.path, place)


def compiled(tree: Tree, ids: Ids) -> Operators:
    """A condition ready to be asked. Raises `Invalid` for a pattern that RE2 does not read."""
    if isinstance(tree, Text):
        try:
            operators = [
                _filter(part, ids, tree.path, written)
                for part, written in zip(tree.query.filters, tree.filters, strict=True)
            ]
        except Invalid as refused:
            raise Invalid([replace(problem, path=tree.path) for problem in refused.problems]) from None
        return joined("all", (*operators, *_spans(tree)))
    return joined(tree.kind, tuple(compiled(part, ids) for part in tree.parts))


def _kind_of(field: str) -> str | None:
    if field in vocabulary.PERSONS:
        return "person"
    return field if field in vocabulary.REFERENCES else None


def _own_words(field: str) -> tuple[str, ...]:
    return {"by": vocabulary.BY, "comment.by": vocabulary.COMMENT_BY}.get(field, ())


def _filter(part: Filter, ids: Ids, path: str, written: str) -> Operator:
    field = ticket_field(part.field)
    if field.startswith(vocabulary.REQUESTER_FIELD):
        test, reads = _valued(field.removeprefix(vocabulary.REQUESTER_FIELD), part, _of_contact), "requester.field"
    elif field.startswith(vocabulary.FIELD):
        test, reads = _valued(field.removeprefix(vocabulary.FIELD), part, _of_fields), "custom_fields"
    else:
        test, reads = _of_change(part, ids) or _of_ticket(field, part, ids), _READS.get(field, field)
    was = part.field.startswith("was.")
    return Operator(
        reads="was" if was else reads,
        holds=_negated(_before(test) if was else test, part.negated),
        cost=LOOKING if field in vocabulary.TEXTS else COMPARING,
        path=path,
        written=written,
        value=value_of(part),
    )


_READS: Final = {"tag": "tags", "solved": "status", "status.since": "status", "assigned.since": "assignee"}


def _negated(test: Test, negated: bool) -> Test:
    return (lambda ticket, occasion, now: not test(ticket, occasion, now)) if negated else test


def _before(test: Test) -> Test:
    return lambda _, occasion, now: occasion.was is not None and test(occasion.was, occasion, now)


# -- the ticket ------------------------------------------------------------------------------------------------------------


def _of_ticket(field: str, part: Filter, ids: Ids) -> Test:
    if field == "tag":
        return _tagged(part)
    if field == "has":
        return lambda ticket, _, __: (
            ("attachment" in part.values and ticket.beyond.has_attachment)
            or ("missing" in part.values and ticket.lacks_values)
        )
    if field == "follower":
        people = frozenset(ids["person", value] for value in part.values)
        return lambda ticket, _, __: _meets(people, ticket.beyond.followers, none=part.none)
    if field == "linked":
        numbers = frozenset(map(int, part.values))
        return lambda ticket, _, __: _meets(numbers, ticket.beyond.linked, none=part.none)
    wanted: frozenset[Any] = frozenset(part.values)
    name = field
    if field == "number":
        wanted = frozenset(map(int, part.values))
    elif (kind := _kind_of(field)) is not None:
        wanted = frozenset(ids[kind, value] for value in part.values)
        name = f"{field}_id"
    if part.none:
        wanted |= {None}
        if field == "type":
            wanted -= {None}  # every ticket has a type
    return lambda ticket, _, __: getattr(ticket, name) in wanted


def _meets(wanted: frozenset[Any], present: frozenset[Any], *, none: bool) -> bool:
    return (none and not present) or not wanted.isdisjoint(present)


Valued: TypeAlias = Callable[[TicketFacts, Occasion, str], tuple[Definition, FieldValue] | None]
"""Reads the definition of a field by its key, and its value; None where the field is gone."""


def _of_fields(ticket: TicketFacts, _: Occasion, key: str) -> tuple[Definition, FieldValue] | None:
    definition = ticket.definitions.get(key)
    return None if definition is None else (definition, ticket.values.get(key))


def _of_contact(_: TicketFacts, occasion: Occasion, key: str) -> tuple[Definition, FieldValue] | None:
    requester = occasion.requester
    definition = None if requester is None else requester.definitions.get(key)
    return None if requester is None or definition is None else (definition, requester.values.get(key))


def _valued(key: str, part: Filter, read: Valued) -> Test:
    """Whether a value is one of those. Where the field, or the option, is gone, it is not."""
    written = Written(part.field, part.comparison, part.values, part.none, negated=False, position=0)
    known: list[tuple[Definition, ValueTest]] = []  # the last definition, with its condition if no moment changes it

    def holds(ticket: TicketFacts, occasion: Occasion, now: Moment) -> bool:
        found = read(ticket, occasion, key)
        if found is None:
            return False
        definition, value = found
        if known and known[0][0] is definition:
            return value_holds(known[0][1], definition, value)
        try:
            test = value_test(definition, written, now.astimezone(UTC), UTC)
        except QueryProblem:
            return False
        if definition.kind not in MOMENTS:
            known[:] = [(definition, test)]
        return value_holds(test, definition, value)

    return holds


def _tagged(part: Filter) -> Test:
    wanted = frozenset(map(folded, part.values))
    return lambda ticket, _, __: (
        (part.none and not ticket.tags) or any(folded_name(tag) in wanted for tag in ticket.tags)
    )


def _spans(text: Text) -> Iterator[Operator]:
    """Operators on moments. A duration counts back from the moment of the question."""
    for i, (span, written) in enumerate(zip(text.query.spans, text.spans, strict=True)):
        field = ticket_field(span.field)
        test = _within(text.written, i, vocabulary.MOMENTS[field])
        was = span.field.startswith("was.")
        yield Operator(
            reads="was" if was else _READS.get(field, field),
            holds=_negated(_before(test) if was else test, span.negated),
            cost=OF_MOMENTS,
            path=text.path,
            written=written,
            value=moment_of(span.field),
            turns=_turns(text.written, i, span.field),
        )


def _within(written: str, place: int, name: str) -> Test:
    def within(ticket: TicketFacts, _: Occasion, now: Moment) -> bool:
        moment: datetime | None = getattr(ticket, name)
        if moment is None:
            return False
        span = _span_at(written, place, now)
        return (span.start is None or moment >= span.start) and (span.end is None or moment < span.end)

    return within


def _turns(written: str, place: int, field: str) -> Value:
    """The moment just after which a duration makes the operator answer otherwise; None for absolute dates."""
    read = moment_of(field)

    def turns(ticket: TicketFacts, occasion: Occasion, now: Moment) -> Moment | None:
        moment: Moment | None = read(ticket, occasion, now)
        span, later = _span_at(written, place, now), _span_at(written, place, now + _SECOND)
        bound, moved = span.start or span.end, later.start or later.end
        if moment is None or bound is None or moved is None or moved - bound != _SECOND:
            return None
        return moment + (now - bound) + timedelta.resolution

    return turns


_SECOND: Final = timedelta(seconds=1)


@lru_cache(maxsize=1_024)
def _span_at(written: str, place: int, now: Moment) -> Span:
    """A span of a text at a moment: rules that are asked of one change have that moment in common."""
    return parse(written, now=now, ports=False, vocabulary=RULES).spans[place]


# -- the change ------------------------------------------------------------------------------------------------------------


def _of_change(part: Filter, ids: Ids) -> Test | None:
    """The test of an operator that asks the occasion; None for those that ask the ticket."""
    wanted = frozenset(part.values)
    match part.field:
        case "changed":
            return lambda _, occasion, __: not wanted.isdisjoint(occasion.changed)
        case "auto":
            return lambda _, occasion, __: ("yes" if occasion.automatic else "no") in wanted
        case "by":
            return _by(part, ids)
        case "subject" | "description":
            look, field = _looks(part), part.field
            return lambda ticket, _, __: look(getattr(ticket, field))
        case "body":
            look = _looks(part)
            return lambda ticket, occasion, _: look(
                ticket.description if occasion.comment is None else occasion.comment.body
            )
    if part.field.startswith("comment"):
        return _of_comment(part, ids)
    return _of_requester(part) if part.field.startswith("requester.") else None


def _by(part: Filter, ids: Ids) -> Test:
    words, people = _split(part, ids)
    return lambda _, occasion, __: not words.isdisjoint(occasion.woken_by) or occasion.actor_id in people


def _split(part: Filter, ids: Ids) -> tuple[frozenset[str], frozenset[UUID]]:
    """The values that are words of the operator, and the members that the others name."""
    own = _own_words(part.field)
    words = frozenset(value.lower() for value in part.values if value.lower() in own)
    return words, frozenset(ids["person", value] for value in part.values if value.lower() not in own)


def _of_comment(part: Filter, ids: Ids) -> Test:
    wanted = frozenset(part.values)
    if part.field == "comment":
        return lambda _, occasion, __: (
            occasion.comment is not None and ("public" if occasion.comment.public else "note") in wanted
        )
    if part.field == "comment.has":
        return lambda _, occasion, __: occasion.comment is not None and occasion.comment.has_attachment
    words, people = _split(part, ids)
    return lambda _, occasion, __: (
        occasion.comment is not None
        and (not words.isdisjoint(occasion.comment.written_by) or occasion.comment.author_id in people)
    )


_COMPARED: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def _of_requester(part: Filter) -> Test:
    name = part.field.removeprefix("requester.")
    if name == "open":
        numbers = [int(value) for value in part.values]
        compare = _COMPARED.get(part.comparison)
        return lambda _, occasion, __: (
            occasion.requester is not None
            and (
                occasion.requester.open in numbers if compare is None else compare(occasion.requester.open, numbers[0])
            )
        )
    wanted = frozenset(map(folded, part.values))

    def holds(_: TicketFacts, occasion: Occasion, __: Moment) -> bool:
        if occasion.requester is None:
            return False
        value: str | None = getattr(occasion.requester, name)
        return part.none if not value else folded(value) in wanted

    return holds


# -- texts -----------------------------------------------------------------------------------------------------------------


def _looks(part: Filter) -> Callable[[Words], bool]:
    """Whether a text holds any of the words, phrases, beginnings and patterns."""
    sought, written = sought_in(part)
    patterns = [_pattern(each) for each in written]
    if len(sought) == 1 and not patterns:
        (only,) = sought
        return lambda text: only in text.words
    return lambda text: any(each in text.words for each in sought) or any(each.search(text.text) for each in patterns)


def _pattern(written: str) -> Any:
    if len(written) > MAX_PATTERN:
        raise Invalid([Problem("rule.pattern_too_long", "", {"limit": MAX_PATTERN, "count": len(written)})])
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(written, options)
    except re2.error:
        raise Invalid([Problem("rule.pattern_invalid", "", {"pattern": written})]) from None

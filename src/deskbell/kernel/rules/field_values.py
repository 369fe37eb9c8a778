"""Conditions on the values of fields in memory, as the index of values holds them: see `deskbell_values_of`."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from deskbell.kernel.fields import CHOICES, MOMENTS, NUMBERS, Definition, FieldValue, Kind
from deskbell.kernel.rules.words import folded_name
from deskbell.kernel.search.values import ValueTest

_LENGTH: Final = 200
"""The index holds so many characters of a word."""
_KEPT: Final = CHOICES | {Kind.LOOKUP}
"""The types whose words are kept as they are."""


def value_holds(test: ValueTest, definition: Definition, value: FieldValue) -> bool:
    """Whether a condition holds for a ticket's value; None is no value."""
    if value is None:
        return test.none
    if test.words:
        wanted = {folded_name(word[:_LENGTH]) for word in test.words}
        return not wanted.isdisjoint(_words(definition, value))
    if not test.compares:
        return False
    found = moment_in(definition, value) if test.column == "moment" else _number(definition, value)
    if found is None:
        return False
    if test.numbers:
        return found in test.numbers
    return (test.start is None or found >= test.start) and (test.end is None or found < test.end)  # type: ignore[operator]  # both are of the column


def _words(definition: Definition, value: FieldValue) -> Iterator[str]:
    if isinstance(value, list):
        yield from (word[:_LENGTH] for word in value if definition.kind is Kind.MULTI_SELECT)
    elif isinstance(value, str) and definition.kind is Kind.NESTED:
        steps = value.split("/")
        yield from ("/".join(steps[:count])[:_LENGTH] for count in range(1, len(steps) + 1))
    elif isinstance(value, str) and definition.kind in _KEPT - {Kind.MULTI_SELECT}:
        yield value[:_LENGTH]
    elif isinstance(value, str) and definition.kind in (Kind.TEXT, Kind.PATTERN, Kind.URL):
        yield folded_name(value[:_LENGTH])[:_LENGTH]


def _number(definition: Definition, value: FieldValue) -> int | None:
    if isinstance(value, bool):
        return int(value) if definition.kind is Kind.CHECKBOX else None
    if isinstance(value, int | float) and definition.kind in NUMBERS:
        return int(Decimal(repr(value)).scaleb(definition.places).to_integral_value(ROUND_HALF_UP))
    return None


def moment_in(definition: Definition, value: FieldValue) -> datetime | None:
    """The moment that a value is, for a date the beginning of its day in UTC; None for values that are none."""
    if not isinstance(value, str) or definition.kind not in MOMENTS:
        return None
    try:
        if definition.kind is Kind.DATE:
            day = date.fromisoformat(value[:10])
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None

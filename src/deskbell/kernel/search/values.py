"""Operators on an organization's own fields: `field.size:m`, `field.price>=100`, `field.due<2026-02`, `field.size:none`."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Final, Literal, TypeVar

from msgspec import Struct

from deskbell.kernel.fields import CHOICES, LARGEST_NUMBER, MOMENTS, NUMBERS, Definition, Kind
from deskbell.kernel.search.dates import read_span
from deskbell.kernel.search.problems import QueryProblem

Column = Literal["word", "number", "moment"]
V = TypeVar("V", str, int)

_YES_OR_NO: Final[Mapping[str, int]] = {"yes": 1, "true": 1, "no": 0, "false": 0}


class ValueTest(Struct, frozen=True):
    """A condition on a field's value in the index: one of `words` or `numbers`, or from `start` and before `end`.

    `none` is true without a value. `negated` inverts the whole.
    """

    field: int
    column: Column = "word"
    words: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    start: int | datetime | None = None
    end: int | datetime | None = None
    none: bool = False
    negated: bool = False

    @property
    def compares(self) -> bool:
        """Whether it asks for a value at all, and not only for none."""
        return bool(self.words or self.numbers) or self.start is not None or self.end is not None


class Written(Struct, frozen=True):
    """An operator as it was written: its values, and the place for messages."""

    name: str
    comparison: str
    values: tuple[str, ...]
    none: bool
    negated: bool
    position: int


def value_test(definition: Definition, written: Written, now: datetime, calendar: tzinfo) -> ValueTest:
    """The condition that an operator means. Times without an offset are in the `calendar`. Raises `QueryProblem`."""
    empty = ValueTest(definition.number, none=written.none, negated=written.negated)
    if not written.values:
        return empty
    if definition.kind in MOMENTS:
        return _moments(definition, written, now.astimezone(UTC if definition.kind is Kind.DATE else calendar))
    if definition.kind in NUMBERS:
        return _numbers(definition, written)
    if written.comparison != ":" or definition.kind is Kind.MULTILINE:
        raise _problem(written, "search.not_compared", operator=written.name, sign=written.comparison)
    if definition.kind is Kind.CHECKBOX:
        return _with(empty, "number", numbers=tuple(_each(written, lambda text: _YES_OR_NO.get(text.lower()))))
    if definition.kind in CHOICES:
        return _with(empty, "word", words=tuple(_each(written, lambda text: _option(definition, text))))
    return _with(empty, "word", words=written.values)


def _with(test: ValueTest, column: Column, words: tuple[str, ...] = (), numbers: tuple[int, ...] = ()) -> ValueTest:
    return ValueTest(test.field, column, words, numbers, none=test.none, negated=test.negated)


def _option(definition: Definition, text: str) -> str | None:
    """The key of an option that is written by its key or its label, in whatever case."""
    sought = text.casefold()
    return next((each.key for each in definition.options if sought in (each.key, each.label.casefold())), None)


def _each(written: Written, read: Callable[[str], V | None]) -> list[V]:
    found = []
    for text in written.values:
        value = read(text)
        if value is None:
            raise _problem(written, "search.field_value", operator=written.name, value=text)
        found.append(value)
    return found


def _numbers(definition: Definition, written: Written) -> ValueTest:
    scaled = [_scaled(definition, written, text) for text in written.values]
    first = scaled[0]
    whole = int(first // 1)
    exact = whole == first
    bounds: dict[str, tuple[int | None, int | None]] = {
        ">": (whole + 1, None),
        ">=": (whole if exact else whole + 1, None),
        "<": (None, whole if exact else whole + 1),
        "<=": (None, whole + 1),
    }
    start, end = bounds.get(written.comparison, (None, None))
    # No ticket has a number with more places than the field has.
    numbers = (
        tuple(int(each) if each % 1 == 0 else LARGEST_NUMBER + 1 for each in scaled)
        if written.comparison == ":"
        else ()
    )
    return ValueTest(definition.number, "number", (), numbers, start, end, written.none, written.negated)


def _scaled(definition: Definition, written: Written, text: str) -> Decimal:
    try:
        number = Decimal(text).scaleb(definition.places)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > LARGEST_NUMBER:
        raise _problem(written, "search.not_a_number", value=text)
    return number


def _moments(definition: Definition, written: Written, now: datetime) -> ValueTest:
    if len(written.values) > 1:
        raise _problem(written, "search.compared_with_many", operator=f"{written.name}{written.comparison}")
    span = read_span(written.name, written.comparison, written.values[0], now=now, position=written.position)
    return ValueTest(definition.number, "moment", (), (), span.start, span.end, written.none, written.negated)


def _problem(written: Written, code: str, **params: str) -> QueryProblem:
    return QueryProblem(code, written.position, len(written.name), **params)

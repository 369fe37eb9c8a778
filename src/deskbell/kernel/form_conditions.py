"""Conditions of forms: a text of the search language about the fields above, or a group of texts, as data for clients.

"field.kind:return -field.order_number:none"
{"any": ["type:incident", "field.price>=100"]}
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.errors import Invalid
from deskbell.kernel.fields import CHOICES, NUMBERS, Definition, Kind
from deskbell.kernel.forms import Condition
from deskbell.kernel.search.groups import Text, Tree, parse_group
from deskbell.kernel.search.language import Filter
from deskbell.kernel.search.problems import QueryProblem
from deskbell.kernel.search.values import ValueTest, Written, value_test
from deskbell.kernel.search.vocabulary import WORDS, Vocabulary

FORM: Final = Vocabulary(
    fields=("type", "priority", "category"),
    dates=(),
    words={"type": WORDS["type"], "priority": WORDS["priority"]},
    families=("field.",),
    may_be_me=frozenset(),
    may_be_none=frozenset({"category"}),
    bare_words=False,
)
"""The operators of a form's conditions."""
_COMPARED: Final = CHOICES | NUMBERS | {Kind.CHECKBOX}
"""The types whose values a condition may compare; of the others it may ask whether there is one."""


class Known(Struct, frozen=True):
    """The objects that a condition may name: the fields above it by key, all fields by key, and categories by name."""

    above: Mapping[str, Definition]
    fields: Mapping[str, Definition]
    categories: Mapping[str, UUID]


def parsed(written: Any, path: str) -> Tree:
    """A condition as written, parsed. Raises `Invalid` naming each mistake below `path`."""
    return parse_group(written, now=datetime.now(UTC), vocabulary=FORM, path=path)


def category_names(tree: Tree) -> Iterator[str]:
    """The names of categories in a condition."""
    for text in tree.texts():
        for part in text.query.filters:
            if part.field == "category":
                yield from part.values


def condition_of(tree: Tree, known: Known, path: str) -> Condition:
    """A condition as data. Raises `Invalid` for a field that is not above, or whose values cannot be compared."""
    if isinstance(tree, Text):
        at = f"{path}.{tree.path}" if tree.path else path
        return Condition(all=[_comparison(part, places, known, at) for part, places in _placed(tree)])
    return replace(Condition(), **{tree.kind: [condition_of(part, known, path) for part in tree.parts]})


def _placed(text: Text) -> Iterator[tuple[Filter, int]]:
    for part, places in zip(text.query.filters, text.places, strict=True):
        yield part, places[0] if places else 0


def _comparison(part: Filter, place: int, known: Known, path: str) -> Condition:
    if part.field == "category":
        ids = []
        for name in part.values:
            if name not in known.categories:
                raise Invalid.field(path, "rule.name_unknown", name=name, at=place + 1, count=0)
            ids.append(str(known.categories[name]))
        return Condition(of="category", is_in=[*ids], empty=part.none, negated=part.negated)
    if not part.field.startswith("field."):
        return Condition(of=part.field, is_in=[*part.values], negated=part.negated)
    key = part.field.removeprefix("field.")
    if key not in known.above:
        raise Invalid.field(path, "form.refers_down" if key in known.fields else "search.field_unknown", key=key)
    return _of_field(known.above[key], part, place, path)


def _of_field(definition: Definition, part: Filter, place: int, path: str) -> Condition:
    if part.values and definition.kind not in _COMPARED:
        raise Invalid.field(path, "form.not_compared", key=definition.key)
    written = Written(part.field, part.comparison, part.values, part.none, part.negated, place)
    try:
        test = value_test(definition, written, datetime.now(UTC), UTC)
    except QueryProblem as problem:
        raise Invalid([replace(problem.problem, path=path)]) from problem
    base = Condition(of=part.field, empty=part.none, negated=part.negated)
    if definition.kind is Kind.CHECKBOX:
        return replace(base, is_in=[number == 1 for number in test.numbers])
    if definition.kind in NUMBERS:
        return _number(base, test, definition.places)
    return replace(base, is_in=[*test.words])


def _number(base: Condition, test: ValueTest, places: int) -> Condition:
    def plain(scaled: Any) -> float:
        return float(Decimal(scaled).scaleb(-places))

    return replace(
        base,
        is_in=[plain(number) for number in test.numbers],
        start=None if test.start is None else plain(test.start),
        end=None if test.end is None else plain(test.end),
    )

"""Tickets that lack a value which their form requires, as conditions on `tickets t` and their indexed values."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from deskbell.features.tickets.queries.values import has_value
from deskbell.kernel.fields import NUMBERS, Definition, Kind
from deskbell.kernel.forms import Condition, FormItem, RequiredFields
from deskbell.kernel.search.values import ValueTest
from deskbell.runtime.sql import Fragment, all_of, sql

_DELETED: Final = sql("array(select id from categories where deleted_at is not null)")
_FIELD: Final = "field."


def lacks_a_value(required: RequiredFields) -> Fragment:
    """Whether `tickets t` lacks a value that its form requires, from the creation or the solution on."""
    taken = [category_id for form in required.forms for category_id in form.category_ids]
    found = []
    for form in required.forms:
        missing = _missing(form.items, required.definitions)
        if missing is None:
            continue
        own = sql("(t.category_id = any({}) and t.category_id <> all({}))", form.category_ids, _DELETED)
        if form.is_default:
            own = sql(
                "({} or t.category_id is null or t.category_id <> all({}) or t.category_id = any({}))",
                own, taken, _DELETED,
            )  # fmt: skip
        found.append(all_of([own, missing]))
    return _any_of(found)


def _missing(items: Sequence[FormItem], definitions: Mapping[str, Definition]) -> Fragment | None:
    """Whether a required field is shown and empty. `p.s` has for each item from the top whether it is shown."""
    places = [place for place, item in enumerate(items, 1) if item.required != "never" and item.field in definitions]
    if not places:
        return None
    level = sql("(select array[]::boolean[] as s)")
    above: dict[str, int] = {}
    for place, item in enumerate(items[: places[-1]], 1):
        shown = sql("true") if item.condition is None else _holds(item.condition, above, definitions)
        if item.field not in definitions:
            shown = sql("false")
        level = sql("(select array_append(p.s, {}) as s from {} p)", shown, level)
        above[item.field] = place
    lacking = [
        sql("(p.s[{}] and {})", place, has_value(ValueTest(definitions[items[place - 1].field].number, none=True)))
        for place in places
    ]
    return sql("exists (select from {} p where {})", level, _any_of(lacking))


def _holds(condition: Condition, above: Mapping[str, int], definitions: Mapping[str, Definition]) -> Fragment:
    for kind in ("all", "any", "none"):
        if (parts := getattr(condition, kind)) is not None:
            tests = [_holds(part, above, definitions) for part in parts]
            if kind == "all":
                return sql("({})", all_of(tests))
            return _any_of(tests) if kind == "any" else sql("(not {})", _any_of(tests))
    found = _compared(condition, above, definitions)
    return sql("(not {})", found) if condition.negated else found


def _compared(condition: Condition, above: Mapping[str, int], definitions: Mapping[str, Definition]) -> Fragment:
    words = [str(each) for each in condition.is_in]
    if condition.of == "type":
        return sql("(t.type = any({}))", words)
    if condition.of == "priority":
        return sql("(t.priority = any({}))", words)
    if condition.of == "category":
        found = sql(
            "coalesce(t.category_id = any({}::text[]::uuid[]) and t.category_id <> all({}), false)", words, _DELETED
        )
        none = sql("(t.category_id is null or t.category_id = any({}))", _DELETED)
        return _any_of([found, none]) if condition.empty else found
    key = condition.of.removeprefix(_FIELD)
    if key not in above or key not in definitions:
        return sql("true") if condition.empty else sql("false")
    field, place = definitions[key], above[key]
    tests = []
    if (test := _test(condition, field)).compares:
        tests.append(sql("(p.s[{}] and {})", place, has_value(test)))
    if condition.empty:
        tests.append(sql("(not p.s[{}] or {})", place, has_value(ValueTest(field.number, none=True))))
    return _any_of(tests)


def _test(condition: Condition, field: Definition) -> ValueTest:
    if field.kind in NUMBERS or field.kind is Kind.CHECKBOX:

        def scaled(number: str | float | bool) -> int:
            return int(Decimal(repr(number if not isinstance(number, bool) else int(number))).scaleb(field.places))

        return ValueTest(
            field.number, "number", (), tuple(scaled(each) for each in condition.is_in),
            None if condition.start is None else scaled(condition.start),
            None if condition.end is None else scaled(condition.end),
        )  # fmt: skip
    return ValueTest(field.number, "word", tuple(str(each) for each in condition.is_in))


def _any_of(conditions: Sequence[Fragment]) -> Fragment:
    if not conditions:
        return sql("false")
    joined = conditions[0]
    for condition in conditions[1:]:
        joined = sql("{} or {}", joined, condition)
    return sql("({})", joined)

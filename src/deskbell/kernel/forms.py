"""Forms: the fields of a ticket that are shown, and those of them that must have a value. Pure functions.

Clients decide the same from the same data; `docs/api/form-visibility.json` has cases that hold for every client.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from deskbell.kernel.fields import CustomField, Definition, FieldValue, Shown, is_empty

Required = Literal["never", "create", "solve"]
"""From when on a field must have a value: never, from the creation, or from the moment the ticket is solved."""
Moment = Literal["create", "solve"]

_USES: Final[tuple[Shown, ...]] = ("hidden", "read", "write")
_FIELD: Final = "field."


class Condition(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition, as clients evaluate it, too: one of the groups `all`, `any`, `none`, or a comparison.

    A comparison is about `of`: `type`, `priority`, `category` (its id) or `field.<key>`. It holds for a value that is among
    `is_in`, or is `start` or more and less than `end`; and without a value if `empty`. A list holds if one of its values does. A
    text is among those that it equals, and those that it continues after a slash. `negated` inverts it.
    """

    all: "list[Condition] | None" = None
    any: "list[Condition] | None" = None
    none: "list[Condition] | None" = None
    of: str = ""
    is_in: list[str | float | bool] = field(default_factory=list, name="in")
    start: float | None = field(default=None, name="from")
    end: float | None = field(default=None, name="before")
    empty: bool = False
    negated: bool = field(default=False, name="not")


ALWAYS: Final = Condition(all=[])
NEVER: Final = Condition(any=[])


class FormItem(Struct, frozen=True, kw_only=True):
    """A field in a form. `show` is the condition as written, `condition` the same as data; None always shows it.

    `customer` can only narrow what the field itself lets customers do; None leaves it.
    """

    field: str
    required: Required = "never"
    customer: Shown | None = None
    show: Any = None
    condition: Condition | None = None


class Subject(Struct, frozen=True, kw_only=True):
    """The parts of a ticket that a form asks for."""

    type: str
    priority: str
    category_id: UUID | None
    values: Mapping[str, FieldValue]

    @classmethod
    def of(cls, type_: str, priority: str, category_id: UUID | None, values: Sequence[CustomField]) -> "Subject":
        """The parts, with values as tickets keep them."""
        return cls(
            type=type_, priority=priority, category_id=category_id, values={each.name: each.value for each in values}
        )


def visible(items: Sequence[FormItem], subject: Subject) -> list[str]:
    """The keys of the fields that are shown, in their order. A condition sees a hidden field as one without a value."""
    shown: list[str] = []
    values: dict[str, FieldValue] = {}
    for item in items:
        if item.condition is None or holds(item.condition, subject, values):
            shown.append(item.field)
            values[item.field] = subject.values.get(item.field)
    return shown


def missing(items: Sequence[FormItem], subject: Subject, moment: Moment) -> list[str]:
    """The keys of the fields that must have a value by a moment and have none. What is not shown is never required."""
    asked = {"create"} if moment == "create" else {"create", "solve"}
    required = {item.field for item in items if item.required in asked}
    if not required:
        return []
    return [
        key for key in visible(items, subject) if key in required and is_empty(subject.values.get(key))
    ]  # fmt: skip


def holds(condition: Condition, subject: Subject, values: Mapping[str, FieldValue]) -> bool:
    """Whether a condition holds. `values` are those of the fields that are shown above."""
    if condition.all is not None:
        return all(holds(part, subject, values) for part in condition.all)
    if condition.any is not None:
        return any(holds(part, subject, values) for part in condition.any)
    if condition.none is not None:
        return not any(holds(part, subject, values) for part in condition.none)
    return _compared(condition, _value(condition.of, subject, values)) is not condition.negated


def _value(of: str, subject: Subject, values: Mapping[str, FieldValue]) -> FieldValue:
    if of.startswith(_FIELD):
        return values.get(of.removeprefix(_FIELD))
    if of == "category":
        return None if subject.category_id is None else str(subject.category_id)
    return subject.type if of == "type" else subject.priority


def _compared(condition: Condition, value: FieldValue) -> bool:
    if is_empty(value):
        return condition.empty
    if isinstance(value, list):
        return any(_among(condition, each) for each in value)
    if isinstance(value, int | float) and not isinstance(value, bool) and not condition.is_in:
        bounded = condition.start is not None or condition.end is not None
        above = condition.start is None or value >= condition.start
        return bounded and above and (condition.end is None or value < condition.end)
    return _among(condition, value)


def _among(condition: Condition, value: FieldValue) -> bool:
    if isinstance(value, str):
        return any(value == each or value.startswith(f"{each}/") for each in condition.is_in)
    return any(value == each and isinstance(value, bool) is isinstance(each, bool) for each in condition.is_in)


def use(definition: Definition, item: FormItem) -> Shown:
    """The use that customers may make of a field in a form: the less of both limits."""
    if item.customer is None:
        return definition.customer
    return _USES[min(_USES.index(definition.customer), _USES.index(item.customer))]


def for_customers(items: Sequence[FormItem], definitions: Mapping[str, Definition]) -> list[FormItem]:
    """A form as customers have it: without the fields that are hidden from them, required only where they may write.

    Conditions see a hidden field as one without a value, and do not name it.
    """
    shown: list[FormItem] = []
    known: set[str] = set()
    for item in items:
        definition = definitions.get(item.field)
        if definition is None or (may := use(definition, item)) == "hidden":
            continue
        condition = None if item.condition is None else _without_hidden(item.condition, known)
        required: Required = "create" if item.required == "create" and may == "write" else "never"
        shown.append(replace(item, customer=may, condition=condition, required=required, show=None))
        known.add(item.field)
    return shown


def _without_hidden(condition: Condition, known: set[str]) -> Condition:
    for name in ("all", "any", "none"):
        if (parts := getattr(condition, name)) is not None:
            return replace(condition, **{name: [_without_hidden(part, known) for part in parts]})
    if not condition.of.startswith(_FIELD) or condition.of.removeprefix(_FIELD) in known:
        return condition
    return ALWAYS if condition.empty is not condition.negated else NEVER


class FormInForce(Struct, frozen=True, kw_only=True):
    """A form as tickets are checked by it."""

    id: UUID
    is_default: bool
    category_ids: list[UUID]
    items: list[FormItem]


class RequiredFields(Struct, frozen=True):
    """All forms of an organization, and its fields by key: what a search for missing values takes."""

    forms: list[FormInForce]
    definitions: Mapping[str, Definition]

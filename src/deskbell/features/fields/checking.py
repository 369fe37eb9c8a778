"""Problems of definitions. Plain functions, no I/O."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import re2
from msgspec.structs import asdict, replace

from deskbell.features.fields.records import Field
from deskbell.kernel.errors import Problem
from deskbell.kernel.fields import (
    CHOICES,
    KEY_PATTERN,
    MAX_LEVELS,
    MAX_LINE,
    MAX_PLACES,
    MAX_TEXT,
    MOMENTS,
    NUMBERS,
    TEXTS,
    Definition,
    FieldValue,
    Kind,
    Limits,
    Option,
    compiled,
    is_too_large,
    read_value,
)

MAX_OPTIONS: Final = 1_000
MAX_PATTERN: Final = 200
_OPTION_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LIMITS_OF: Final[dict[Kind, frozenset[str]]] = {
    **dict.fromkeys(TEXTS, frozenset({"max_length"})),
    **dict.fromkeys(NUMBERS, frozenset({"minimum", "maximum"})),
    **dict.fromkeys(MOMENTS, frozenset({"earliest", "latest"})),
    Kind.PATTERN: frozenset({"max_length", "pattern", "hint"}),
    Kind.DECIMAL: frozenset({"minimum", "maximum", "places"}),
    Kind.LOOKUP: frozenset({"lookup"}),
}


def definition_problems(field: Field) -> Iterator[Problem]:
    """The problems of a definition."""
    if not re.fullmatch(KEY_PATTERN, field.key):
        yield Problem.at("key", "field.key")
    if not field.label.strip():
        yield Problem.at("label", "blank")
    if field.target == "contact" and field.customer == "write":
        yield Problem.at("customer", "field.of_contact_read")
    yield from _limit_problems(field)
    if field.kind in CHOICES:
        yield from _option_problems(field)
    elif field.options:
        yield Problem.at("options", "field.not_for_type", type=field.kind.value)


def _limit_problems(field: Field) -> Iterator[Problem]:
    limits, allowed = field.limits, _LIMITS_OF.get(field.kind, frozenset())
    for name, value in asdict(limits).items():
        if value is not None and name not in allowed:
            yield Problem.at(f"limits.{name}", "field.not_for_type", type=field.kind.value)
    most = MAX_TEXT if field.kind is Kind.MULTILINE else MAX_LINE
    if limits.max_length is not None and limits.max_length > most:
        yield Problem.at("limits.max_length", "too_large", limit=most)
    if limits.max_length is not None and limits.max_length < 1:
        yield Problem.at("limits.max_length", "too_small", limit=1)
    if limits.places is not None and not 0 <= limits.places <= MAX_PLACES:
        yield Problem.at("limits.places", "too_large", limit=MAX_PLACES)
    for name, bound in (("minimum", limits.minimum), ("maximum", limits.maximum)):
        if is_too_large(bound):
            yield Problem.at(f"limits.{name}", "custom_field.number")
    if limits.minimum is not None and limits.maximum is not None and limits.minimum > limits.maximum:
        yield Problem.at("limits.maximum", "too_small", limit=limits.minimum)
    yield from _moment_problems(field)
    if field.kind is Kind.PATTERN:
        yield from _pattern_problems(limits)
    if field.kind is Kind.LOOKUP and limits.lookup is None:
        yield Problem.at("limits.lookup", "missing")


def _moment_problems(field: Field) -> Iterator[Problem]:
    if field.kind not in MOMENTS:
        return
    free = replace(field.definition, limits=Limits())
    for name, bound in (("earliest", field.limits.earliest), ("latest", field.limits.latest)):
        if bound is not None and read_value(free, bound) != bound:
            yield Problem.at(f"limits.{name}", "field.bound", type=field.kind.value)


def _pattern_problems(limits: Limits) -> Iterator[Problem]:
    if not limits.pattern:
        yield Problem.at("limits.pattern", "missing")
        return
    if len(limits.pattern) > MAX_PATTERN:
        yield Problem.at("limits.pattern", "too_long", limit=MAX_PATTERN)
        return
    try:
        compiled(limits.pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        yield Problem.at(
            "limits.pattern", "field.pattern_invalid",
            reason=reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason),
        )  # fmt: skip


def _option_problems(field: Field) -> Iterator[Problem]:
    if not any(not option.retired for option in field.options):
        yield Problem.at("options", "field.no_options")
    if len(field.options) > MAX_OPTIONS:
        yield Problem.at("options", "too_many_entries", limit=MAX_OPTIONS)
        return
    keys: set[str] = set()
    for index, option in enumerate(field.options):
        yield from _problems_of_option(field.kind, option, keys, f"options.{index}")
        keys.add(option.key)


def _problems_of_option(kind: Kind, option: Option, before: set[str], path: str) -> Iterator[Problem]:
    levels = option.key.split("/") if kind is Kind.NESTED else [option.key]
    if not all(_OPTION_KEY.fullmatch(level) for level in levels):
        yield Problem.at(f"{path}.key", "field.option_key")
    elif len(levels) > MAX_LEVELS:
        yield Problem.at(f"{path}.key", "field.levels", limit=MAX_LEVELS)
    elif option.key in before:
        yield Problem.at(f"{path}.key", "not_unique")
    elif len(levels) > 1 and option.key.rpartition("/")[0] not in before:
        yield Problem.at(f"{path}.key", "field.level_missing", above=option.key.rpartition("/")[0])
    if not option.label.strip() or len(option.label) > 200:
        yield Problem.at(f"{path}.label", "blank" if not option.label.strip() else "too_long", limit=200)


def with_retired(present: Iterable[Option], wanted: list[Option]) -> list[Option]:
    """The wanted options, and those that they leave out as retired: tickets that have one keep it."""
    kept = {option.key for option in wanted}
    return wanted + [replace(option, retired=True) for option in present if option.key not in kept]


def broken_by(before: Definition, after: Definition, values: Iterable[tuple[FieldValue, int]]) -> int:
    """The number of tickets with a value that a changed definition no longer allows, of those it allowed before.

    Of another type, every value counts.
    """
    old, new = _with_all_options(before), _with_all_options(after)
    return sum(
        number
        for value, number in values
        if isinstance(read_value(new, value), Problem)
        and (old.kind != new.kind or not isinstance(read_value(old, value), Problem))
    )


def _with_all_options(definition: Definition) -> Definition:
    return replace(definition, options=[replace(option, retired=False) for option in definition.options])

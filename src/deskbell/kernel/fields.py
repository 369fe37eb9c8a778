"""Fields that an organization defines for its tickets and contacts: their definitions, and which values they take."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, Literal
from uuid import UUID

import re2
from msgspec import Struct

from deskbell.kernel.errors import Problem

FieldValue = str | int | float | bool | list[str] | None
"""A value as tickets and contacts keep it. A list holds the chosen options of a `multi_select`."""
Target = Literal["ticket", "contact"]

Shown = Literal["hidden", "read", "write"]
"""The use that customers may make of a field on their own tickets."""

KEY_PATTERN: Final = r"^[a-z][a-z0-9_]{0,39}$"
MAX_TEXT: Final = 10_000
MAX_LINE: Final = 1_000
"""The longest text of one line, in characters."""
MAX_CHOSEN: Final = 100
MAX_LEVELS: Final = 5
MAX_PLACES: Final = 6
LARGEST_NUMBER: Final = 2**53
"""Every whole number up to it is the same in JSON, in JavaScript and in PostgreSQL's jsonb."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)


class Kind(StrEnum):
    """The type of a field."""

    TEXT = "text"
    MULTILINE = "multiline"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    CHECKBOX = "checkbox"
    DROPDOWN = "dropdown"
    MULTI_SELECT = "multi_select"
    NESTED = "nested"
    PATTERN = "pattern"
    URL = "url"
    LOOKUP = "lookup"


CHOICES: Final = frozenset({Kind.DROPDOWN, Kind.MULTI_SELECT, Kind.NESTED})
"""The types with options."""
NUMBERS: Final = frozenset({Kind.INTEGER, Kind.DECIMAL})
MOMENTS: Final = frozenset({Kind.DATE, Kind.DATETIME})
TEXTS: Final = frozenset({Kind.TEXT, Kind.MULTILINE, Kind.PATTERN, Kind.URL})


class CustomField(Struct, frozen=True, forbid_unknown_fields=True):
    """A value of a field of the organization's own, on a ticket or a contact."""

    name: str
    value: str | int | float | bool | list[str] | None


class Option(Struct, frozen=True, omit_defaults=True):
    """An option of a field. One that is retired stays where it was chosen and cannot be chosen again.

    The key of a nested option is its path: `hardware/laptop`.
    """

    key: str
    label: str
    retired: bool = False


class Limits(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The limits of a field's values, by its type; None does not limit.

    `minimum` and `maximum` bound numbers, `earliest` and `latest` dates (`2026-01-31`) and times. `pattern` is an RE2
    expression for the whole text, `hint` the sentence that says so. `places` are the decimal places of a `decimal`.
    """

    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    earliest: str | None = None
    latest: str | None = None
    places: int | None = None
    pattern: str | None = None
    hint: str | None = None
    lookup: Literal["contact", "agent", "ticket"] | None = None


class Definition(Struct, frozen=True, kw_only=True):
    """The parts of a field that reading and checking its values takes. `number` identifies it in the index of values."""

    key: str
    number: int
    target: Target
    kind: Kind
    label: str
    help: str = ""
    customer: Shown = "hidden"
    limits: Limits = Limits()
    options: list[Option] = []

    @property
    def places(self) -> int:
        """The decimal places of its numbers."""
        return self.limits.places or 0


def is_too_large(value: object) -> bool:
    """Whether a value is a number that not every reader of JSON would keep."""
    return isinstance(value, int | float) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER


def is_empty(value: FieldValue) -> bool:
    """Whether a value clears its field."""
    return value is None or value in ("", [])


def read_value(definition: Definition, value: FieldValue, *, path: str = "") -> FieldValue | Problem:
    """The value in the form in which it is kept, or what is wrong with it. Lookups are read as ids and not looked up."""
    read, expected = _READERS[definition.kind]
    found = read(definition, value)
    if found is None:
        found = Problem.at(path, "field.type", expected=expected)
    elif not isinstance(found, Problem):
        found = _bounded(definition, found) or found
    return Problem(found.code, path, found.params) if isinstance(found, Problem) else found


def _line(definition: Definition, value: FieldValue) -> FieldValue | Problem:
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())
    return _text_within(text, definition.limits.max_length or MAX_LINE) if text else None


def _lines(definition: Definition, value: FieldValue) -> FieldValue | Problem:
    if not isinstance(value, str) or not value.strip():
        return None
    return _text_within(value, definition.limits.max_length or MAX_TEXT)


def _text_within(text: str, limit: int) -> str | Problem:
    return text if len(text) <= limit else Problem.at("", "too_long", limit=limit)


def _integer(_definition: Definition, value: FieldValue) -> FieldValue | Problem:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return Problem.at("", "custom_field.number") if is_too_large(value) else int(value)


def _decimal(definition: Definition, value: FieldValue) -> FieldValue | Problem:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    exact = Decimal(repr(value))
    if not exact.is_finite() or abs(exact.scaleb(definition.places)) > LARGEST_NUMBER:
        return Problem.at("", "custom_field.number")
    if exact.scaleb(definition.places) % 1:
        return Problem.at("", "field.places", limit=definition.places)
    return value


def _date(_definition: Definition, value: FieldValue) -> FieldValue | Problem:
    if not isinstance(value, str) or not _DAY.fullmatch(value.strip()):
        return None
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        return None


def _datetime(_definition: Definition, value: FieldValue) -> FieldValue | Problem:
    if not isinstance(value, str) or len(value) < len("2026-01-31T10:00"):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is None:
            return Problem.at("", "field.offset")
        return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return None


def _checkbox(_definition: Definition, value: FieldValue) -> FieldValue | Problem:
    return value if isinstance(value, bool) else None


def _option(definition: Definition, value: FieldValue) -> FieldValue | Problem:
    if not isinstance(value, str):
        return None
    return value if value in _choosable(definition) else _no_option(definition)


def _options(definition: Definition, value: FieldValue) -> FieldValue | Problem:
    if not isinstance(value, list):
        return None
    if len(value) > MAX_CHOSEN:
        return Problem.at("", "too_many_entries", limit=MAX_CHOSEN)
    chosen = list(dict.fromkeys(value))
    return chosen if _choosable(definition).issuperset(chosen) else _no_option(definition)


def _choosable(definition: Definition) -> frozenset[str]:
    return frozenset(option.key for option in definition.options if not option.retired)


def _no_option(definition: Definition) -> Problem:
    allowed = tuple(option.key for option in definition.options if not option.retired)
    return Problem.at("", "enum", allowed=allowed[:50])


def _pattern(definition: Definition, value: FieldValue) -> FieldValue | Problem:
    text = _line(definition, value)
    if not isinstance(text, str) or definition.limits.pattern is None:
        return text
    if compiled(definition.limits.pattern).fullmatch(text):
        return text
    return Problem.at("", "field.pattern", hint=definition.limits.hint or definition.limits.pattern)


def _url(definition: Definition, value: FieldValue) -> FieldValue | Problem:
    text = _line(definition, value)
    if isinstance(text, str) and not _WEB_ADDRESS.fullmatch(text):
        return Problem.at("", "not_a_web_address")
    return text


def _lookup(_definition: Definition, value: FieldValue) -> FieldValue | Problem:
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


Reader = Callable[[Definition, FieldValue], FieldValue | Problem]
_READERS: Final[Mapping[Kind, tuple[Reader, tuple[str, ...]]]] = {
    Kind.TEXT: (_line, ("str",)),
    Kind.MULTILINE: (_lines, ("str",)),
    Kind.INTEGER: (_integer, ("int",)),
    Kind.DECIMAL: (_decimal, ("float",)),
    Kind.DATE: (_date, ("date",)),
    Kind.DATETIME: (_datetime, ("datetime",)),
    Kind.CHECKBOX: (_checkbox, ("bool",)),
    Kind.DROPDOWN: (_option, ("str",)),
    Kind.MULTI_SELECT: (_options, ("array",)),
    Kind.NESTED: (_option, ("str",)),
    Kind.PATTERN: (_pattern, ("str",)),
    Kind.URL: (_url, ("str",)),
    Kind.LOOKUP: (_lookup, ("uuid",)),
}
"""By type: what reads a value (None for one of another type), and the name of its form for the message."""


def _bounded(definition: Definition, value: FieldValue) -> Problem | None:
    """The bound that a number or a moment is beyond."""
    limits = definition.limits
    low: Any = limits.minimum if definition.kind in NUMBERS else limits.earliest
    high: Any = limits.maximum if definition.kind in NUMBERS else limits.latest
    if definition.kind not in NUMBERS | MOMENTS:
        return None
    given: Any = value  # a number as its bounds, or a text of one form with them
    if low is not None and given < low:
        return Problem.at("", "too_small", limit=low)
    if high is not None and given > high:
        return Problem.at("", "too_large", limit=high)
    return None


@lru_cache(maxsize=1_000)
def compiled(pattern: str) -> Any:
    """A compiled RE2 expression. Raises `re2.error`."""
    options = re2.Options()
    options.max_mem = 1 << 20
    options.log_errors = False
    return re2.compile(pattern, options)

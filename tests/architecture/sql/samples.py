"""Made-up arguments for any query function, from its annotations: everything given, then only what must be."""

import dataclasses
import enum
import inspect
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, LiteralString, NewType, TypeVar, Union, get_args, get_origin
from uuid import UUID

import msgspec

from deskbell.features.canned.queries import BY_TITLE, RESPONSES
from deskbell.kernel.events import DomainEvent, event_types
from deskbell.kernel.forms import Condition
from deskbell.kernel.redaction import Redactor
from deskbell.kernel.rules.vocabulary import SCHEDULES
from deskbell.kernel.search.groups import Group, parse_group
from deskbell.runtime.journal.appending import Recording
from deskbell.runtime.sql import Fragment, sql
from tests.architecture.sql.preparing import A_MOMENT

_TREE = parse_group(
    {"any": ["status:new tag:vip -has:missing created>7d", {"none": ["group:none"]}]},
    now=A_MOMENT,
    vocabulary=SCHEDULES,
)
# Where an annotation does not say enough: {"deskbell.features.x.queries.function": {"parameter": value}}.
SAMPLES: dict[str, dict[str, Any]] = {
    "deskbell.features.access.queries.memberships.change_member": {
        "fields": dict.fromkeys(("role", "name", "phone", "avatar_url", "company", "title", "department"), "word")
    },
    "deskbell.runtime.journal.appending.append_written": {"write": sql("written (value) as (select 1)")},
    "deskbell.runtime.pages.page": {"table": RESPONSES, "order": BY_TITLE},
}

PLAIN: dict[Any, Any] = {
    UUID: UUID(int=7),
    Redactor: Redactor(["word"], [], [], {}),
    str: "word",
    LiteralString: "word",
    int: 1,
    float: 1.0,
    bytes: b"bytes",
    Decimal: Decimal(1),
    datetime: A_MOMENT,
    date: A_MOMENT.date(),
    timedelta: timedelta(minutes=1),
    tzinfo: UTC,
    Path: Path("name"),
    Any: "word",
    object: "word",
    Fragment: sql("true"),
    Condition: Condition(of="type", is_in=["task"]),  # holds conditions itself
    Group: _TREE,
}
ABSENT = (type(None), msgspec.UnsetType)


class CannotSampleError(Exception):
    """No value can be made up for an annotation."""


class Sampler:
    """Values for round number `turn`: each choice (enum, Literal, union) takes its next option with each turn.

    `full` gives every optional thing, otherwise all of them are left out. `choices` is the longest list of options met,
    so `choices` turns show each option at least once.
    """

    def __init__(self, turn: int, *, full: bool) -> None:
        self.turn = turn
        self.full = full
        self.choices = 1

    def arguments(self, function: Callable[..., Any], db: object) -> tuple[list[Any], dict[str, Any]]:
        """The arguments for a query function; its first parameter is the connection."""
        given = SAMPLES.get(f"{function.__module__}.{function.__qualname__}", {})
        positional: list[Any] = [db]
        named: dict[str, Any] = {}
        for parameter in list(inspect.signature(function).parameters.values())[1:]:
            if parameter.kind is parameter.VAR_KEYWORD or (parameter.default is not parameter.empty and not self.full):
                continue
            value = given[parameter.name] if parameter.name in given else self._of(resolved(parameter, function))
            if parameter.kind is parameter.KEYWORD_ONLY:
                named[parameter.name] = value
            else:
                positional.append(value)
        return positional, named

    def value(self, kind: Any) -> Any:
        """A value of a type."""
        return self._of(kind)

    def _of(self, kind: Any) -> Any:
        if kind is bool:
            return self.full
        if kind in ABSENT:
            return msgspec.UNSET if kind is msgspec.UnsetType else None
        if isinstance(kind, TypeVar):
            return self._of(kind.__bound__ or str)
        if isinstance(kind, NewType):
            return self._of(kind.__supertype__)
        if get_origin(kind) is not None or isinstance(kind, types.UnionType):
            return self._of_generic(get_origin(kind) or Union, get_args(kind), kind)
        if isinstance(kind, type):
            return self._of_class(kind)
        if kind in PLAIN:
            return PLAIN[kind]
        raise CannotSampleError(f"no sample for {kind!r}")

    def _of_generic(self, origin: Any, parts: tuple[Any, ...], kind: Any) -> Any:
        if origin is Annotated:
            return self._of(parts[0])
        if origin is Literal:
            return self._choose(parts)
        if origin in (Union, types.UnionType):
            return self._of_union(parts)
        if isinstance(origin, type) and issubclass(origin, tuple) and parts[-1:] != (...,):
            return tuple(self._of(part) for part in parts)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {self._of(parts[0]): self._of(parts[1])}
        if isinstance(origin, type) and (origin in (Iterable, Collection, Sequence) or issubclass(origin, Collection)):
            several = [self._of(parts[0]) for _ in range(1 + self.turn % 2)]
            self.choices = max(self.choices, 2)
            return origin(several) if origin in (set, frozenset, tuple) else several
        if isinstance(origin, type):
            return self._of_class(origin)
        raise CannotSampleError(f"no sample for {kind!r}")

    def _of_union(self, parts: tuple[Any, ...]) -> Any:
        absent = [part for part in parts if part in ABSENT]
        if absent and not self.full:
            return self._of(self._choose(absent))
        return self._of(self._choose([part for part in parts if part not in ABSENT]))

    def _of_class(self, kind: type) -> Any:
        if issubclass(kind, enum.Enum):
            return self._choose(list(kind))
        if kind is DomainEvent:
            return self._of_event()
        if kind is Recording:
            return Recording(self._of_event(), UUID(int=7) if self.full else None)
        if kind in PLAIN:
            return PLAIN[kind]
        if issubclass(kind, msgspec.Struct):
            return kind(**self._fields((f.name, f.type, f.required) for f in msgspec.structs.fields(kind)))
        if dataclasses.is_dataclass(kind):
            missing = dataclasses.MISSING
            given = ((f.name, f.type, f.default is f.default_factory is missing) for f in dataclasses.fields(kind))
            return kind(**self._fields(given))
        raise CannotSampleError(f"no sample for {kind!r}")

    def _of_event(self) -> Any:
        kinds = list(event_types().values())
        if not kinds:
            raise CannotSampleError("no feature has declared an event yet")
        return self._of(self._choose(kinds))

    def _fields(self, fields: Iterable[tuple[str, Any, bool]]) -> dict[str, Any]:
        return {name: self._of(kind) for name, kind, required in fields if required or self.full}

    def _choose(self, options: Sequence[Any]) -> Any:
        self.choices = max(self.choices, len(options))
        return options[self.turn % len(options)]


def resolved(parameter: inspect.Parameter, function: Callable[..., Any]) -> Any:
    """A parameter's annotation as a type, also where it is written as a string."""
    if parameter.annotation is parameter.empty:
        raise CannotSampleError(f"{parameter.name} has no annotation")
    if isinstance(parameter.annotation, str):
        return eval(parameter.annotation, inspect.unwrap(function).__globals__)
    return parameter.annotation

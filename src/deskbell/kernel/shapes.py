"""Validates a decoded JSON value against a type and reports every invalid field.

msgspec stops at the first error and reports it as text only. The API, query parameters and imports run this pass after
msgspec has failed, to report every error as a code. Three keys of a field's `Meta.extra` refine it: `messages` maps a kind
of problem (`too_short`, `pattern`, …) to the code of a more exact message, `params` holds more parameters for it, and
`check` is a function from the text to a problem.
"""

import datetime as dt
import decimal
import re
import typing
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import inspect

from deskbell.kernel.errors import Param, Problem

Check = Callable[[str], Problem | None]
"""A domain rule for a text, set as a field's `Meta.extra["check"]`; the problem's path is ignored."""


class ShapeError(ValueError):
    """Raised by the `__post_init__` of a struct whose fields break a rule; the path of the problem begins in the struct."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.path}: {problem.code}")
        self.problem = problem


_TRUE_FALSE: Final = {"true": True, "false": False, "1": True, "0": False}
_TEXT_FORMS: Final = {
    inspect.UUIDType: "uuid", inspect.DateTimeType: "datetime", inspect.DateType: "date", inspect.TimeType: "time",
    inspect.DecimalType: "decimal", inspect.BytesType: "base64",
}  # fmt: skip


def problems_of(
    raw: Any, shape: Any, path: str = "", *, lax: bool = False, extra: Mapping[str, Any] | None = None
) -> Iterator[Problem]:
    """The reasons why a value is not of a type, depth first.

    `lax` accepts numbers and booleans as text; `extra` adds to the `Meta.extra` of the type.
    """
    yield from _problems(raw, _type_of(shape), path, {**(extra or {}), "declared": shape}, lax=lax)


@cache
def _type_of(shape: Any) -> inspect.Type:
    return inspect.type_info(shape)


def _problems(raw: Any, kind: inspect.Type, path: str, extra: Mapping[str, Any], *, lax: bool) -> Iterator[Problem]:
    if isinstance(kind, inspect.Metadata):
        yield from _problems(raw, kind.type, path, {**extra, **(kind.extra or {})}, lax=lax)
    elif isinstance(kind, inspect.UnionType):
        yield from _union_problems(raw, kind, path, extra, lax=lax)
    elif isinstance(kind, inspect.StructType):
        yield from _struct_problems(raw, kind, path) if isinstance(raw, dict) else _wrong_type(path, kind, extra)
    elif isinstance(kind, inspect.ListType | inspect.SetType | inspect.FrozenSetType | inspect.VarTupleType):
        yield from _list_problems(raw, kind, path, extra, lax=lax)
    elif isinstance(kind, inspect.DictType):
        yield from _dict_problems(raw, kind, path, extra)
    elif isinstance(kind, inspect.StrType):
        yield from _text_problems(raw, kind, path, extra) if isinstance(raw, str) else _wrong_type(path, kind, extra)
    elif isinstance(kind, inspect.IntType | inspect.FloatType):
        yield from _number_problems(raw, kind, path, extra, lax=lax)
    elif isinstance(kind, inspect.EnumType | inspect.LiteralType):
        yield from _word_problems(raw, kind, path, extra)
    else:
        yield from _other_problems(raw, kind, path, extra, lax=lax)


def _union_problems(
    raw: Any, kind: inspect.UnionType, path: str, extra: Mapping[str, Any], *, lax: bool
) -> Iterator[Problem]:
    """The problems with the member of the union that fits the JSON kind; none if one of several accepts the value."""
    members = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
    if raw is None and len(members) < len(kind.types):
        return
    suited = [each for each in members if _takes(raw, each)]
    tagged = [each for each in suited if isinstance(each, inspect.StructType) and each.tag_field is not None]
    if len(tagged) > 1 and isinstance(raw, dict):
        yield from _tagged_problems(raw, tagged, path)
        return
    found = [list(_problems(raw, each, path, extra, lax=lax)) for each in suited]
    if len(suited) == 1:
        yield from found[0]
    elif not suited:
        extra = next((own for each in members if (own := _own_extra(each))), extra)
        yield from _wrong_type(path, kind, extra)
    elif all(found):
        lists_of_words = [each[0].params.get("allowed") for each in found]
        if all(isinstance(words, tuple) for words in lists_of_words):
            yield _problem(
                path, "enum", extra, allowed=tuple(w for ws in lists_of_words if isinstance(ws, tuple) for w in ws)
            )
        else:
            yield from found[0]


def _tagged_problems(raw: dict[str, Any], kinds: list[inspect.StructType], path: str) -> Iterator[Problem]:
    """The problems with the struct that the value's tag names, or with the tag."""
    field = str(kinds[0].tag_field)
    named = [kind for kind in kinds if kind.tag == raw.get(field)]
    if named:
        yield from _struct_problems(raw, named[0], path)
    elif field not in raw:
        yield Problem.at(_join(path, field), "missing")
    else:
        yield Problem.at(_join(path, field), "enum", allowed=tuple(str(kind.tag) for kind in kinds))


def _own_extra(kind: inspect.Type) -> Mapping[str, Any]:
    return (kind.extra or {}) if isinstance(kind, inspect.Metadata) else {}


def _takes(raw: Any, kind: inspect.Type) -> bool:
    """Whether a JSON value is of the JSON kind (object, array, text, …) of a type."""
    if isinstance(kind, inspect.Metadata):
        return _takes(raw, kind.type)
    match raw:
        case bool():
            return isinstance(kind, inspect.BoolType | inspect.AnyType)
        case int() | float():
            return isinstance(kind, inspect.IntType | inspect.FloatType | inspect.AnyType)
        case dict():
            return isinstance(kind, inspect.StructType | inspect.DictType | inspect.AnyType)
        case list():
            return isinstance(kind, inspect.CollectionType | inspect.AnyType)
        case str():
            return not isinstance(
                kind, inspect.StructType | inspect.DictType | inspect.CollectionType | inspect.BoolType
            ) and not isinstance(kind, inspect.IntType | inspect.FloatType)
        case _:
            return isinstance(kind, inspect.AnyType)


def _struct_problems(raw: dict[str, Any], kind: inspect.StructType, path: str) -> Iterator[Problem]:
    found = list(_field_problems(raw, kind, path))
    yield from found or _rule_problems(raw, kind, path)


def _field_problems(raw: dict[str, Any], kind: inspect.StructType, path: str) -> Iterator[Problem]:
    for field, declared in zip(kind.fields, msgspec.structs.fields(kind.cls), strict=True):
        place = _join(path, field.encode_name)
        if field.encode_name in raw:
            yield from _problems(raw[field.encode_name], field.type, place, {"declared": declared.type}, lax=False)
        elif field.required:
            yield _problem(place, "missing", _field_extra(field.type))
    if kind.forbid_unknown_fields:
        known = {field.encode_name for field in kind.fields}
        for name in raw:
            if name not in known and name != kind.tag_field:
                yield Problem.at(_join(path, name.replace("\0", "")), "unknown")


def _rule_problems(raw: dict[str, Any], kind: inspect.StructType, path: str) -> Iterator[Problem]:
    """The problem that the struct's `__post_init__` finds, if its fields are right on their own."""
    if not hasattr(kind.cls, "__post_init__"):
        return
    try:
        msgspec.convert(raw, kind.cls)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, ShapeError):
            problem = error.__cause__.problem
            yield Problem(problem.code, _join(path, problem.path), problem.params)


def _field_extra(kind: inspect.Type) -> Mapping[str, Any]:
    if isinstance(kind, inspect.UnionType):
        return next((own for each in kind.types if (own := _own_extra(each))), {})
    return _own_extra(kind)


def _list_problems(raw: Any, kind: Any, path: str, extra: Mapping[str, Any], *, lax: bool) -> Iterator[Problem]:
    if not isinstance(raw, list):
        yield from _wrong_type(path, kind, extra)
        return
    inner = {"declared": extra.get("declared")}
    found = [
        each
        for i, item in enumerate(raw)
        for each in _problems(item, kind.item_type, _join(path, str(i)), inner, lax=lax)
    ]
    if found:
        yield from found
    elif kind.max_length is not None and len(raw) > kind.max_length:
        yield _problem(path, "too_many_entries", extra, alias="too_long", limit=kind.max_length)
    elif kind.min_length is not None and len(raw) < kind.min_length:
        code = "blank" if kind.min_length == 1 else "too_few_entries"
        yield _problem(path, code, extra, alias="too_short", limit=kind.min_length)


def _dict_problems(raw: Any, kind: inspect.DictType, path: str, extra: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(raw, dict):
        yield from _wrong_type(path, kind, extra)
        return
    for name, value in raw.items():
        if "\0" in name:
            yield Problem.at(path, "nul")
        yield from _problems(value, kind.value_type, _join(path, name.replace("\0", "")), {}, lax=False)
    if kind.max_length is not None and len(raw) > kind.max_length:
        yield _problem(path, "too_many_entries", extra, alias="too_long", limit=kind.max_length)


def _text_problems(raw: str, kind: inspect.StrType, path: str, extra: Mapping[str, Any]) -> Iterator[Problem]:
    if kind.min_length is not None and len(raw) < kind.min_length:
        code = "blank" if kind.min_length == 1 else "too_short"
        yield _problem(path, code, extra, alias="too_short", limit=kind.min_length)
    elif kind.max_length is not None and len(raw) > kind.max_length:
        yield _problem(path, "too_long", extra, limit=kind.max_length)
    elif kind.pattern is not None and re.search(kind.pattern, raw) is None:
        yield _problem(path, "pattern", extra)
    elif (check := extra.get("check")) is not None and (found := check(raw)) is not None:
        yield Problem(found.code, path, found.params)
    elif "\0" in raw:
        yield Problem.at(path, "nul")


def _number_problems(
    raw: Any, kind: inspect.IntType | inspect.FloatType, path: str, extra: Mapping[str, Any], *, lax: bool
) -> Iterator[Problem]:
    whole = isinstance(kind, inspect.IntType)
    value = _number(raw, whole=whole) if lax and isinstance(raw, str) else raw
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        yield from _wrong_type(path, kind, extra)
    elif kind.ge is not None and value < kind.ge:
        yield _problem(path, "too_small", extra, limit=kind.ge)
    elif kind.gt is not None and value <= kind.gt:
        yield _problem(path, "too_small", extra, limit=kind.gt)
    elif kind.le is not None and value > kind.le:
        yield _problem(path, "too_large", extra, limit=kind.le)
    elif kind.lt is not None and value >= kind.lt:
        yield _problem(path, "too_large", extra, limit=kind.lt)


def _number(text: str, *, whole: bool) -> int | float | None:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        return None


def _word_problems(
    raw: Any, kind: inspect.EnumType | inspect.LiteralType, path: str, extra: Mapping[str, Any]
) -> Iterator[Problem]:
    words = [each.value for each in kind.cls] if isinstance(kind, inspect.EnumType) else _in_order(kind, extra)
    if raw not in words or isinstance(raw, bool) != isinstance(words[0], bool):
        yield _problem(path, "enum", extra, allowed=tuple(str(word) for word in words))


def _in_order(kind: inspect.LiteralType, extra: Mapping[str, Any]) -> list[Any]:
    """The values of a literal in the order of declaration; `inspect` sorts them."""
    pending = [extra.get("declared")]
    while pending:
        shape = pending.pop()
        if typing.get_origin(shape) is typing.Literal and set(typing.get_args(shape)) == set(kind.values):
            return list(typing.get_args(shape))
        pending.extend(typing.get_args(shape))
    return list(kind.values)


def _other_problems(
    raw: Any, kind: inspect.Type, path: str, extra: Mapping[str, Any], *, lax: bool
) -> Iterator[Problem]:
    if isinstance(kind, inspect.AnyType | inspect.RawType):
        yield from nul_problems(raw, path)
    elif isinstance(kind, inspect.NoneType):
        if raw is not None:
            yield from _wrong_type(path, kind, extra)
    elif isinstance(kind, inspect.BoolType):
        if not isinstance(raw, bool) and not (lax and isinstance(raw, str) and raw.lower() in _TRUE_FALSE):
            yield from _wrong_type(path, kind, extra)
    else:
        try:
            value = msgspec.convert(raw, _python_type(kind), strict=not lax)
        except msgspec.ValidationError:
            yield from _wrong_type(path, kind, extra)
        else:
            if isinstance(kind, inspect.DateTimeType) and kind.tz and value.tzinfo is None:
                yield _problem(path, "no_time_zone", extra)


def nul_problems(raw: Any, path: str = "") -> Iterator[Problem]:
    """The places of NUL characters in a JSON value; PostgreSQL stores none in text."""
    if isinstance(raw, str):
        if "\0" in raw:
            yield Problem.at(path, "nul")
    elif isinstance(raw, dict):
        for name, value in raw.items():
            if "\0" in name:
                yield Problem.at(path, "nul")
            yield from nul_problems(value, _join(path, name.replace("\0", "")))
    elif isinstance(raw, list):
        for i, value in enumerate(raw):
            yield from nul_problems(value, _join(path, str(i)))


def _python_type(kind: inspect.Type) -> Any:
    if isinstance(kind, inspect.CustomType):
        return kind.cls
    return {
        inspect.UUIDType: uuid.UUID, inspect.DateTimeType: dt.datetime, inspect.DateType: dt.date,
        inspect.TimeType: dt.time, inspect.DecimalType: decimal.Decimal, inspect.BytesType: bytes,
    }[type(kind)]  # fmt: skip


def _wrong_type(path: str, kind: inspect.Type, extra: Mapping[str, Any]) -> Iterator[Problem]:
    expected = tuple(dict.fromkeys(_names(kind)))
    if expected == ("uuid",):
        yield _problem(path, "not_a_uuid", extra, alias="type")
    else:
        yield _problem(path, "type", extra, expected=expected)


def _names(kind: inspect.Type) -> Iterator[str]:
    """The codes of the kinds of value that a type accepts, for the message."""
    match kind:
        case inspect.Metadata():
            yield from _names(kind.type)
        case inspect.UnionType():
            for each in sorted(kind.types, key=lambda each: isinstance(each, inspect.NoneType)):
                yield from _names(each)
        case inspect.StructType() | inspect.DictType():
            yield "object"
        case inspect.CollectionType():
            yield "array"
        case inspect.IntType():
            yield "int"
        case inspect.FloatType():
            yield "float"
        case inspect.BoolType():
            yield "bool"
        case inspect.NoneType():
            yield "null"
        case _:
            yield _TEXT_FORMS.get(type(kind), "str")


def _problem(path: str, code: str, extra: Mapping[str, Any], *, alias: str = "", **params: Param) -> Problem:
    messages: Mapping[str, str] = extra.get("messages") or {}
    return Problem(messages.get(alias or code, code), path, {**params, **(extra.get("params") or {})})


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name

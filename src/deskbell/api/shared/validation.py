"""Reading JSON bodies: strictly, in one fast pass; when that fails, once more slowly to name every offending field."""

import re
import types
import typing
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.errors import FieldProblem, Invalid, MalformedRequest

Kind = Literal[
    "missing", "unknown", "type", "enum", "too_short", "too_long", "too_small", "too_large", "pattern", "nul",
    "invalid",
]  # fmt: skip


class InvalidBody(Invalid):
    """A body that is not of the form expected. Its paths are the sender's own, to be shown as they are."""


class Violation(Struct, frozen=True):
    """One broken rule. `limit` is a length or bound, `allowed` the permitted words, `extra` the field's `Meta.extra`."""

    path: str
    kind: Kind
    expected: str = ""
    limit: int | float | None = None
    allowed: tuple[str, ...] = ()
    extra: dict[str, Any] = {}


Wording = Callable[[Violation], str]
"""How a contract words a violation for people."""

Check = Callable[[str], str | None]
"""What a service will find wrong with a text, as a field's `Meta.extra["check"]`.

A body that is refused for its form never reaches the service: so its faults are named together with those of the form.
"""

_LENGTH: Final = re.compile(r"Expected `(\w+)` of length (<=|>=) (\d+)")
_BOUND: Final = re.compile(r"Expected `(\w+)` (<=|>=|<|>) (-?[\d.]+)")
_TYPE: Final = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")
_PLACE: Final = re.compile(r" - at `\$([^`]*)`")
_SPELLED: Final = {
    "Invalid UUID": "uuid", "Invalid RFC3339 encoded datetime": "datetime", "Invalid RFC3339 encoded date": "date",
}  # fmt: skip
_NUL_ESCAPE: Final = b"\\u0000"
_PEOPLE: Final = {
    "str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "array": "a list",
    "object": "an object", "null": "null", "uuid": "an id (UUID)", "datetime": "a time (RFC 3339)", "date": "a date",
}  # fmt: skip


def plain_wording(violation: Violation) -> str:
    """The default texts."""
    match violation.kind:
        case "missing":
            return "This field is required"
        case "unknown":
            return "Unknown field"
        case "enum":
            return f"Must be one of: {', '.join(violation.allowed)}"
        case "too_short":
            return (
                "This field must not be empty"
                if violation.limit == 1
                else f"Must have at least {violation.limit} {_unit(violation)}"
            )
        case "too_long":
            return f"Must have at most {violation.limit} {_unit(violation)}"
        case "too_small":
            return f"Must be at least {violation.limit}"
        case "too_large":
            return f"Must be at most {violation.limit}"
        case "nul":
            return "Text must not contain NUL characters"
        case "pattern":
            return str(violation.extra.get("pattern_message", "This is not in the expected form"))
        case "type":
            expected = " or ".join(_PEOPLE.get(part.strip(), part.strip()) for part in violation.expected.split("|"))
            return f"Must be {expected}"
        case _:
            return violation.expected or "Invalid value"


def _unit(violation: Violation) -> str:
    return "entries" if violation.expected == "array" else "characters"


def decode_body(body: bytes, shape: Any, wording: Wording = plain_wording) -> Any:
    """A body as the type expected. Raises `MalformedRequest` for what is no JSON, `Invalid` naming every bad field."""
    try:
        decoded = msgspec.json.decode(body or b"null", type=shape)
    except msgspec.ValidationError as error:
        raw = _decode_plain(body)
        found = list(violations(raw, shape)) or [_from_message(str(error), "")]
        raise InvalidBody([FieldProblem(v.path, wording(v)) for v in found]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedRequest(f"The body is not valid JSON: {error}") from error
    if _NUL_ESCAPE in body and (found := list(_nul_strings(_decode_plain(body), ""))):
        raise InvalidBody([FieldProblem(v.path, wording(v)) for v in found])
    return decoded


def missing_fields(shape: Any, wording: Wording = plain_wording) -> list[FieldProblem]:
    """What a request without a body lacks: every required field, or where none is required, the body itself."""
    found = list(violations({}, shape)) or [Violation("", "type", "object")]
    return [FieldProblem(v.path, wording(v)) for v in found]


def _decode_plain(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body or b"null")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedRequest(f"The body is not valid JSON: {error}") from error


def violations(raw: Any, shape: Any, path: str = "", extra: dict[str, Any] | None = None) -> Iterator[Violation]:
    """Everything that keeps a decoded JSON value from being of a type, depth first."""
    inner, extra = _unwrap(shape, extra or {})
    struct = _struct_in(inner)
    if struct is not None and isinstance(raw, dict):
        yield from _struct_violations(raw, struct, path)
        return
    item = _item_type(inner)
    if item is not None and isinstance(raw, list):
        found = [v for i, each in enumerate(raw) for v in violations(each, item, _join(path, str(i)))]
        if found:
            yield from found
            return
    try:
        msgspec.convert(raw, shape, strict=True)
    except msgspec.ValidationError as error:
        violation = _from_message(str(error), path)
        allowed = _allowed_words(inner)
        if allowed and violation.kind in ("enum", "type"):
            violation = msgspec.structs.replace(violation, kind="enum", allowed=allowed)
        yield msgspec.structs.replace(violation, extra=extra)
        return
    check: Check | None = extra.get("check")
    if check is not None and isinstance(raw, str) and (told := check(raw)):
        yield Violation(path, "invalid", told)
    yield from _nul_strings(raw, path)


def _struct_violations(raw: dict[str, Any], struct: type[Struct], path: str) -> Iterator[Violation]:
    fields = msgspec.structs.fields(struct)
    known = {field.encode_name for field in fields}
    tag_field = struct.__struct_config__.tag_field
    for field in fields:
        place = _join(path, field.encode_name)
        if field.encode_name in raw:
            yield from violations(raw[field.encode_name], field.type, place)
        elif field.required:
            yield Violation(place, "missing", extra=_unwrap(field.type, {})[1])
    if struct.__struct_config__.forbid_unknown_fields:
        for name in raw:
            if name not in known and name != tag_field:
                yield Violation(_join(path, name), "unknown")


def _nul_strings(raw: Any, path: str) -> Iterator[Violation]:
    if isinstance(raw, str):
        if "\0" in raw:
            yield Violation(path, "nul")
    elif isinstance(raw, dict):
        for name, value in raw.items():
            if "\0" in name:
                yield Violation(path, "nul")
            yield from _nul_strings(value, _join(path, name))
    elif isinstance(raw, list):
        for i, value in enumerate(raw):
            yield from _nul_strings(value, _join(path, str(i)))


def query_problem(name: str, message: str, shape: Any, wording: Wording = plain_wording) -> FieldProblem:
    """A query parameter's problem from the text that the framework's conversion gave."""
    violation = _from_message(message, name)
    inner, extra = _unwrap(shape, {})
    if allowed := _allowed_words(inner):
        violation = msgspec.structs.replace(violation, kind="enum", allowed=allowed)
    return FieldProblem(name, wording(msgspec.structs.replace(violation, path=name, extra=extra)))


def _from_message(message: str, path: str) -> Violation:
    """A violation from msgspec's own text, which is stable and the only form in which it says what is wrong."""
    place = _PLACE.search(message)
    if place:
        path = _join(path, place.group(1).lstrip(".").replace("[...]", "").replace("[", ".").replace("]", ""))
    if found := _LENGTH.search(message):
        kind: Kind = "too_long" if found.group(2) == "<=" else "too_short"
        return Violation(path, kind, found.group(1), int(found.group(3)))
    if found := _BOUND.search(message):
        bound: Kind = "too_large" if found.group(2).startswith("<") else "too_small"
        return Violation(path, bound, found.group(1), _number(found.group(3)))
    if "matching regex" in message:
        return Violation(path, "pattern")
    if found := _TYPE.search(message):
        return Violation(path, "type", found.group(1))
    if "enum value" in message:
        return Violation(path, "enum")
    if found := re.search(r"missing required field `([^`]+)`", message):
        return Violation(_join(path, found.group(1)), "missing")
    if found := re.search(r"unknown field `([^`]+)`", message):
        return Violation(_join(path, found.group(1)), "unknown")
    told = _PLACE.sub("", message)
    return Violation(path, "type", _SPELLED[told]) if told in _SPELLED else Violation(path, "invalid", told)


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _join(path: str, name: str) -> str:
    if not name:
        return path
    return f"{path}.{name}" if path else name


def _unwrap(shape: Any, extra: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """A type without its annotations, and what their `Meta.extra` said."""
    while typing.get_origin(shape) is typing.Annotated:
        for note in shape.__metadata__:
            if isinstance(note, msgspec.Meta) and note.extra:
                extra = {**extra, **note.extra}
        shape = shape.__origin__
    if _is_union(shape):
        for part in typing.get_args(shape):
            _, extra = _unwrap(part, extra) if part not in (UnsetType, type(None)) else (None, extra)
    return shape, extra


def _is_union(shape: Any) -> bool:
    return typing.get_origin(shape) in (typing.Union, types.UnionType)


def _parts(shape: Any) -> Iterator[Any]:
    shape, _ = _unwrap(shape, {})
    if _is_union(shape):
        for part in typing.get_args(shape):
            yield from _parts(part)
    elif shape not in (UnsetType, type(None), UNSET):
        yield shape


def _struct_in(shape: Any) -> type[Struct] | None:
    found = [p for p in _parts(shape) if isinstance(p, type) and issubclass(p, Struct)]
    return found[0] if len(found) == 1 else None


def _item_type(shape: Any) -> Any:
    found = [p for p in _parts(shape) if typing.get_origin(p) in (list, tuple, set, frozenset)]
    return typing.get_args(found[0])[0] if len(found) == 1 and typing.get_args(found[0]) else None


def _allowed_words(shape: Any) -> tuple[str, ...]:
    words: list[str] = []
    for part in _parts(shape):
        if typing.get_origin(part) is Literal:
            words.extend(str(word) for word in typing.get_args(part))
        elif isinstance(part, type) and issubclass(part, Enum):
            words.extend(str(member.value) for member in part)
    return tuple(words)

"""Changes of records: a struct whose fields are UNSET where the record's value stays."""

from typing import TypeVar, overload

import msgspec
from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.events import Change

R = TypeVar("R", bound=Struct)


def applied(record: R, changes: Struct) -> R:
    """The record with the values that are set. Fields of `changes` that the record lacks are ignored; the caller applies them."""
    given = {
        name: value
        for name in changes.__struct_fields__
        if (value := getattr(changes, name)) is not UNSET and name in record.__struct_fields__
    }
    return msgspec.structs.replace(record, **given)


def difference(before: Struct, after: Struct) -> dict[str, Change]:
    """The fields whose values differ, with both values. Both records are of one type."""
    return {
        name: Change(was, now)
        for name in before.__struct_fields__
        if (was := getattr(before, name)) != (now := getattr(after, name))
    }


@overload
def one_line(text: str) -> str: ...
@overload
def one_line(text: str | UnsetType) -> str | UnsetType: ...
def one_line(text: str | UnsetType) -> str | UnsetType:
    """Collapses white space to single spaces and strips it at both ends; UNSET stays."""
    return text if isinstance(text, UnsetType) else " ".join(text.split())


@overload
def stripped(text: str) -> str: ...
@overload
def stripped(text: str | UnsetType) -> str | UnsetType: ...
def stripped(text: str | UnsetType) -> str | UnsetType:
    """Strips white space at both ends; UNSET stays."""
    return text if isinstance(text, UnsetType) else text.strip()


def require_text(**fields: str | UnsetType) -> None:
    """Raises `Invalid` with a problem for each text that is empty or blank."""
    problems = [
        Problem.at(name, "blank") for name, text in fields.items() if isinstance(text, str) and not text.strip()
    ]
    if problems:
        raise Invalid(problems)

"""Rules that the fields of a record keep together; building a record applies them. A broken one raises `ShapeError`."""

from datetime import UTC
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import force_setattr

from deskbell.features.tickets import custom_fields
from deskbell.features.transfer.format.addresses import normalized
from deskbell.features.transfer.format.types import MAX_FIELD_TEXT, MAX_NAME, WORDS, ChangedField
from deskbell.kernel.errors import Problem
from deskbell.kernel.shapes import ShapeError

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9998


def field_problem(value: object, path: str = "") -> Problem | None:
    """The reason why a custom field cannot have this value; None if it can."""
    if custom_fields.is_too_large(value):
        return Problem.at(path, "custom_field.number")
    if isinstance(value, list) and len(field_text(value)) > MAX_FIELD_TEXT:
        return Problem.at(path, "custom_field.list", limit=MAX_FIELD_TEXT)
    return None


def field_text(values: list[str]) -> str:
    """A list as the text that a custom field stores."""
    return ", ".join(values)


def check_fields(fields: dict[str, Any]) -> None:
    """Holds custom fields to the limits of the API."""
    for name, value in fields.items():
        _raise(field_problem(value, f"custom_fields.{name}"))


def checked_side(side: str, field: ChangedField, value: Any) -> Any:
    """The value before or after a change, normalized."""
    if field in ("assignee", "requester"):
        return address(side, value if isinstance(value, str) else "")
    if (allowed := WORDS.get(field)) and value not in allowed:
        raise ShapeError(Problem.at(side, "enum", allowed=allowed))
    if field in ("group", "category", "brand") and not (isinstance(value, str) and 1 <= len(value) <= MAX_NAME):
        raise ShapeError(Problem.at(side, "custom_field.name", limit=MAX_NAME))
    for inner in value.values() if isinstance(value, dict) else (value,):
        if not isinstance(inner, str):
            _raise(field_problem(inner, side))
    return value


def normalize_email(record: Any) -> None:
    """Brings `email` into the form of accounts."""
    force_setattr(record, "email", address("email", record.email))


def address_set(field: str, addresses: list[str]) -> set[str]:
    """Addresses in the form of accounts, each once."""
    return {address(f"{field}.{index}", text) for index, text in enumerate(addresses)}


def address(path: str, text: str) -> str:
    """An address in the form of accounts."""
    try:
        return normalized(text)
    except ValueError:
        raise ShapeError(Problem.at(path, "not_an_address")) from None


def tag_set(path: str, names: list[str]) -> list[str]:
    """Trimmed names of tags, each once, sorted."""
    trimmed = {name.strip() for name in names}
    if "" in trimmed:
        raise ShapeError(Problem.at(path, "blank"))
    return sorted(trimmed)


def times_in_utc(record: Struct, *fields: str) -> None:
    """Converts times to UTC."""
    for field in fields:
        value = getattr(record, field)
        if value is None or (value.tzinfo is UTC and _FIRST_YEAR <= value.year <= _LAST_YEAR):
            continue
        if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            raise ShapeError(Problem.at(field, "year_out_of_range", first=_FIRST_YEAR, last=_LAST_YEAR))
        force_setattr(record, field, value.astimezone(UTC))


def _raise(problem: Problem | None) -> None:
    if problem is not None:
        raise ShapeError(problem)

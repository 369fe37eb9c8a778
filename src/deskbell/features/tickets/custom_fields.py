"""Limits of custom fields. The API and the open format share them, so that an export can always be imported."""

from collections.abc import Iterable, Iterator
from typing import Final

from deskbell.features.tickets.records import CustomField
from deskbell.kernel.errors import Problem

MAX_NAME: Final = 100
MAX_TEXT: Final = 10_000
MAX_FIELDS: Final = 200
LARGEST_NUMBER: Final = 2**53
"""Every whole number up to it is the same in JSON, in JavaScript and in PostgreSQL's jsonb."""


def is_too_large(value: object) -> bool:
    """Whether a value is a number that not every reader of JSON would keep."""
    return isinstance(value, int | float) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER


def field_problems(fields: Iterable[CustomField], path: str = "custom_fields") -> Iterator[Problem]:
    """The problems of custom fields: names are unique and have 1 to 100 characters, values have limits."""
    seen: set[str] = set()
    for index, field in enumerate(fields):
        if not 1 <= len(field.name) <= MAX_NAME:
            yield Problem.at(f"{path}.{index}.name", "custom_field.name", limit=MAX_NAME)
        elif field.name in seen:
            yield Problem.at(f"{path}.{index}.name", "not_unique")
        seen.add(field.name)
        if isinstance(field.value, str) and len(field.value) > MAX_TEXT:
            yield Problem.at(f"{path}.{index}.value", "too_long", limit=MAX_TEXT)
        elif is_too_large(field.value):
            yield Problem.at(f"{path}.{index}.value", "custom_field.number")

"""Limits of custom fields. The API and the open format share them, so that an export can always be imported."""

from collections.abc import Iterable, Iterator
from typing import Final

from deskbell.features.tickets.records import CustomField
from deskbell.kernel.errors import FieldProblem

MAX_NAME: Final = 100
MAX_TEXT: Final = 10_000
MAX_FIELDS: Final = 200
LARGEST_NUMBER: Final = 2**53
"""Every whole number up to it is the same in JSON, in JavaScript and in PostgreSQL's jsonb."""


def is_too_large(value: object) -> bool:
    """Whether a value is a number that not every reader of JSON would keep."""
    return isinstance(value, int | float) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER


def field_problems(fields: Iterable[CustomField], path: str = "custom_fields") -> Iterator[FieldProblem]:
    """What is wrong with custom fields: names are unique and have 1 to 100 characters, values have limits."""
    seen: set[str] = set()
    for index, field in enumerate(fields):
        if not 1 <= len(field.name) <= MAX_NAME:
            yield FieldProblem(f"{path}.{index}.name", f"Must have 1 to {MAX_NAME} characters")
        elif field.name in seen:
            yield FieldProblem(f"{path}.{index}.name", "Must be unique")
        seen.add(field.name)
        if isinstance(field.value, str) and len(field.value) > MAX_TEXT:
            yield FieldProblem(f"{path}.{index}.value", f"Must have at most {MAX_TEXT:,} characters")
        elif is_too_large(field.value):
            yield FieldProblem(f"{path}.{index}.value", "Must lie between -2^53 and 2^53, or be text")

"""Limits of custom fields. The API and the open format share them, so that an export can always be imported."""

from collections.abc import Iterable, Iterator
from typing import Final

from deskbell.kernel.errors import Problem
from deskbell.kernel.fields import LARGEST_NUMBER, MAX_CHOSEN, MAX_LINE, CustomField, is_too_large

__all__ = ["LARGEST_NUMBER", "MAX_FIELDS", "MAX_NAME", "MAX_TEXT", "field_problems", "is_too_large"]

MAX_NAME: Final = 100
MAX_TEXT: Final = 10_000
MAX_FIELDS: Final = 200


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
        elif isinstance(field.value, list) and len(field.value) > MAX_CHOSEN:
            yield Problem.at(f"{path}.{index}.value", "too_many_entries", limit=MAX_CHOSEN)
        elif isinstance(field.value, list) and any(len(each) > MAX_LINE for each in field.value):
            yield Problem.at(f"{path}.{index}.value", "too_long", limit=MAX_LINE)
        elif is_too_large(field.value):
            yield Problem.at(f"{path}.{index}.value", "custom_field.number")

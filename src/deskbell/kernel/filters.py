"""Filters of several values in a query string: how they are divided, and how many there may be."""

from collections.abc import Iterable
from typing import Final

from deskbell.kernel.errors import Invalid

MAX_VALUES: Final = 50
"""The most values that one filter takes. Its cost grows with each of them."""


def values_of(name: str, texts: Iterable[str]) -> tuple[str, ...]:
    """The values of a filter, each once. It may be repeated, and each text may hold several divided by commas.

    Raises `Invalid` for more than `MAX_VALUES`.
    """
    return bounded(name, dict.fromkeys(value.strip() for text in texts if text.strip() for value in text.split(",")))


def bounded(name: str, values: Iterable[str]) -> tuple[str, ...]:
    """The values of a filter as they are. Raises `Invalid` for more than `MAX_VALUES`."""
    found = tuple(values)
    if len(found) > MAX_VALUES:
        raise Invalid.field(name, "filter.too_many_values", limit=MAX_VALUES, count=len(found))
    return found

"""Query parameters with several values: splitting and limits."""

from collections.abc import Iterable
from typing import Final

from deskbell.kernel.errors import Invalid

MAX_VALUES: Final = 50
"""The maximum number of values of one filter. Each one adds to the query's cost."""


def values_of(name: str, texts: Iterable[str]) -> tuple[str, ...]:
    """The distinct values of a filter. The parameter may be repeated, and each text may hold several separated by commas.

    Raises `Invalid` for more than `MAX_VALUES`.
    """
    return bounded(name, dict.fromkeys(value.strip() for text in texts if text.strip() for value in text.split(",")))


def bounded(name: str, values: Iterable[str]) -> tuple[str, ...]:
    """The values of a filter, unchanged. Raises `Invalid` for more than `MAX_VALUES`."""
    found = tuple(values)
    if len(found) > MAX_VALUES:
        raise Invalid.field(name, "filter.too_many_values", limit=MAX_VALUES, count=len(found))
    return found

"""Keyset order: a list's columns in SQL, the place after a cursor, and the page that some rows make."""

from collections.abc import Callable, Sequence
from typing import Any, LiteralString, TypeVar

from deskbell.kernel.paging import Page, PageRequest, decode_cursor, encode_cursor
from deskbell.runtime.sql import Fragment, sql

__all__ = ["Order", "page_from"]

T = TypeVar("T")


class Order:
    """An order by some columns, the last of them unique. `shape` is the tuple type of their values.

    With `by_name` the first column is a `name_key`; a cursor then holds the name that the key is made of.
    """

    def __init__(self, *columns: LiteralString, shape: Any, by_name: bool = False) -> None:
        self._columns = sql(", ".join(columns))
        self._descending = sql(", ".join([column + " desc" for column in columns]))
        self._shape = shape
        self._by_name = by_name

    def by(self, *, descending: bool = False) -> Fragment:
        """What stands after `order by`."""
        return self._descending if descending else self._columns

    def after(self, cursor: str | None, *, descending: bool = False) -> Fragment | None:
        """The condition for rows after a cursor; None without one. Raises `Invalid` for a cursor of another list."""
        if cursor is None:
            return None
        values: Sequence[Any] = decode_cursor(cursor, self._shape)
        places = sql("deskbell_name_key({})" if self._by_name else "{}", values[0])
        for value in values[1:]:
            places = sql("{}, {}", places, value)
        if descending:
            return sql("({}) < ({})", self._columns, places)
        return sql("({}) > ({})", self._columns, places)


def page_from(
    rows: Sequence[Any],
    total: int,
    request: PageRequest,
    make: Callable[[Any], T],
    key: Callable[[T], tuple[Any, ...]],
) -> Page[T]:
    """A page from one row more than it may hold: that row tells whether there is another page."""
    items = [make(row) for row in rows[: request.limit]]
    more = len(rows) > request.limit
    return Page(items, total, request, encode_cursor(*key(items[-1])) if more else None)

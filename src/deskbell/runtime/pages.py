"""Pagination: orders for keyset cursors, and queries for one page of a list."""

from collections.abc import Callable, Sequence
from types import GenericAlias
from typing import Any, Generic, LiteralString, TypeVar, get_args

from msgspec import Struct

from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import Page, PageRequest, decode_cursor, encode_cursor
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

T = TypeVar("T", bound=Struct)
_ALL = sql("true")


class Order(Generic[T]):
    """An order by some columns, the last of them unique.

    A cursor holds what `key` takes from the last row of a page, values of the tuple type `shape`; `places` says how they
    are compared with the columns, for columns that are expressions: `"lower({}), {}"` for `lower(g.name), g.id`. With `mark`,
    for lists with several orders, a cursor also names its order, a minus before it when descending.
    """

    def __init__(
        self,
        *columns: LiteralString,
        shape: Any,
        key: Callable[[T], tuple[Any, ...]],
        places: LiteralString | None = None,
        mark: str | None = None,
        descending: bool = False,
    ) -> None:
        self.descending = descending
        self._key = key
        self._mark = mark
        self._ascending_by = sql(", ".join(columns))
        self._descending_by = sql(", ".join([column + " desc" for column in columns]))
        self._shape: Any = shape if mark is None else GenericAlias(tuple, (str, *get_args(shape)))
        self._places: LiteralString = places or ", ".join(["{}"] * len(columns))

    def by(self, *, descending: bool = False) -> Fragment:
        """The columns for `order by`."""
        return self._descending_by if descending else self._ascending_by

    def after(self, cursor: str | None, *, descending: bool = False) -> Fragment | None:
        """The condition for rows after a cursor; None without one. Raises `Invalid` for a cursor of another list."""
        if cursor is None:
            return None
        values: Sequence[Any] = decode_cursor(cursor, self._shape)
        if self._mark is not None:
            mark, *values = values
            if mark != self._marked(descending):
                raise Invalid.field("cursor", "cursor.other_order")
        places = sql(self._places, *values)
        if descending:
            return sql("({}) < ({})", self._ascending_by, places)
        return sql("({}) > ({})", self._ascending_by, places)

    def page(
        self, items: list[T], found: int, total: int, request: PageRequest, *, descending: bool = False
    ) -> Page[T]:
        """A page of these items, where one row more than the page may hold was looked for and `found` were found."""
        if found <= request.limit:
            return Page(items, total, request)
        mark = () if self._mark is None else (self._marked(descending),)
        return Page(items, total, request, encode_cursor(*mark, *self._key(items[-1])))

    def _marked(self, descending: bool) -> str:
        return f"-{self._mark}" if descending else f"{self._mark}"


async def page(
    db: Db,
    table: Table[T],
    order: Order[T],
    request: PageRequest,
    *,
    where: Fragment = _ALL,
    total: Fragment | int | None = None,
    descending: bool | None = None,
    limit_first: bool = False,
) -> Page[T]:
    """A page of a list, by number or after a cursor, with the exact length of the whole list.

    `total` is that length or a statement for it. Without it the rows of the table are counted, its joins left out.
    `descending` is the direction, without it the one that the request or else the order names. With
    `limit_first`, joins and computed columns are looked up for the rows of the page alone, not for those before it.
    """
    if descending is None:
        descending = request.descends(order.descending)
    by = order.by(descending=descending)
    part = sql(
        "{} order by {} limit {} offset {}",
        all_of([where, order.after(request.cursor, descending=descending)]), by, request.limit + 1,
        0 if request.cursor is not None else request.offset,
    )  # fmt: skip
    rows = await db.fetch_all(
        sql("{} order by {}", table.select_among(part), by) if limit_first else table.select(part)
    )
    if total is None:
        total = sql("select count(*) from {} where {}", table.base, where)
    if isinstance(total, Fragment):
        total = int(await db.fetch_value(total))
    items = table.read(rows[: request.limit])
    return order.page(items, len(rows), total, request, descending=descending)

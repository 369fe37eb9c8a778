"""A stand-in for a connection that has the real schema check every statement, and runs none.

Each statement is prepared (names, types, number of parameters) and, where it can be, explained with its arguments (do
they fit the parameters' types, may the application's role touch these tables).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from deskbell.runtime.sql import Fragment

EXPLAINABLE = ("select", "insert", "update", "delete", "with", "values")
A_MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
VALUE_OF_TYPE: dict[str, Any] = {
    "uuid": UUID(int=1),
    "text": "word",
    "varchar": "word",
    "bpchar": "word",
    "name": "word",
    "int2": 1,
    "int4": 1,
    "int8": 1,
    "oid": 1,
    "bool": True,
    "timestamptz": A_MOMENT,
    "timestamp": A_MOMENT.replace(tzinfo=None),
    "date": date(2026, 1, 2),
    "interval": timedelta(minutes=1),
    "numeric": Decimal(1),
    "float4": 1.0,
    "float8": 1.0,
    "json": "{}",
    "jsonb": "{}",
    "bytea": b"",
}


class Row(tuple[Any, ...]):
    """A made-up row that is read by place or by name, as asyncpg's records are."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, attributes: Sequence[asyncpg.Attribute]) -> "Row":
        """A row with a plausible value in each column of a prepared statement."""
        row = cls([] if each.type.kind == "array" else VALUE_OF_TYPE.get(each.type.name) for each in attributes)
        row.names = tuple(each.name for each in attributes)
        return row

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.names.index(key) if isinstance(key, str) else key)

    def keys(self) -> Sequence[str]:
        return self.names

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self.names else default


MOST_STATEMENTS = 200
"""The maximum number of statements of one call. A loop that waits for a certain row would never end: rows are made up."""


class EndlessQueryError(BaseException):
    """A call reached MOST_STATEMENTS. Not an `Exception`, so that a retry loop does not catch it."""


class PreparingDb:
    """Replaces `Connection`: collects `problems`; returns no rows or, if `filled`, made-up ones."""

    def __init__(self, raw: "asyncpg.Connection[Any]") -> None:
        self._raw = raw
        self._seen: dict[tuple[str, tuple[type, ...]], Row | None] = {}
        self.filled = False
        self.issued = 0
        self.problems: list[str] = []
        self._remaining = MOST_STATEMENTS

    def begin_call(self) -> None:
        """Allows MOST_STATEMENTS more statements."""
        self._remaining = MOST_STATEMENTS

    async def fetch_all(self, query: str | Fragment, *args: Any, by_name: bool = False) -> list[Any]:  # noqa: ARG002 - for connections that add columns
        row = await self._check(query, args)
        return [row] if row else []

    async def fetch_one(self, query: str | Fragment, *args: Any, by_name: bool = False) -> Any | None:  # noqa: ARG002 - for connections that add columns
        return await self._check(query, args) or None

    async def fetch_value(self, query: str | Fragment, *args: Any) -> Any:
        row = await self._check(query, args)
        return row[0] if row else None

    async def execute(self, query: str | Fragment, *args: Any) -> int:
        await self._check(query, args)
        return int(self.filled)

    async def copy(self, table: str, columns: Sequence[str], rows: Any) -> None:
        del rows
        await self._check(f"select {', '.join(columns)} from {table}", ())

    async def _check(self, query: str | Fragment, args: Sequence[Any]) -> Row | None:
        self.issued += 1
        self._remaining -= 1
        if self._remaining < 0:
            raise EndlessQueryError
        if isinstance(query, Fragment):
            query, args = query.compile()
        key = (query, tuple(type(arg) for arg in args))
        if key not in self._seen:
            self._seen[key] = await self._prepare(query, args)
        return self._seen[key] if self.filled else None

    async def _prepare(self, text: str, args: Sequence[Any]) -> Row | None:
        try:
            prepared = await self._raw.prepare(text)
            expected = len(prepared.get_parameters())
            if expected != len(args):
                self.problems.append(f"{expected} parameters, {len(args)} arguments, in: {text}")
                return None
            if text.lstrip().lower().startswith(EXPLAINABLE):
                await self._explain(text, args)
        except asyncpg.PostgresError as error:
            self.problems.append(f"{error} in: {text}")
            return None
        return Row.of(prepared.get_attributes())

    async def _explain(self, text: str, args: Sequence[Any]) -> None:
        try:
            await self._raw.fetch(f"explain {text}", *args)
        except asyncpg.DataError as error:
            # The server complains about made-up values (a word where JSON is due), the driver about types.
            if "invalid input for query argument" in str(error):
                self.problems.append(f"{error} in: {text}")

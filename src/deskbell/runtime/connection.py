"""A checked-out connection as `Db`, and one that enters an organization with its first read."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from deskbell.runtime.entering import ExpectedEntry
from deskbell.runtime.sql import Fragment


class Connection:
    """A checked-out connection as `Db`."""

    __slots__ = ("raw",)

    def __init__(self, raw: Any) -> None:
        self.raw: asyncpg.Connection[Any] = raw

    async def fetch_all(self, query: str | Fragment, *args: Any, by_name: bool = False) -> list[Any]:  # noqa: ARG002 - for connections that add columns
        """Every row. `by_name`: the columns are read by their names, so the rows may have more."""
        text, values = query.compile() if isinstance(query, Fragment) else (query, args)
        rows: list[Any] = await self.raw.fetch(text, *values)
        return rows

    async def fetch_one(self, query: str | Fragment, *args: Any, by_name: bool = False) -> Any | None:  # noqa: ARG002 - for connections that add columns
        """The first row, or None. `by_name`: as in `fetch_all`."""
        text, values = query.compile() if isinstance(query, Fragment) else (query, args)
        return await self.raw.fetchrow(text, *values)

    async def fetch_value(self, query: str | Fragment, *args: Any) -> Any:
        """The first column of the first row, or None."""
        text, values = query.compile() if isinstance(query, Fragment) else (query, args)
        return await self.raw.fetchval(text, *values)

    async def execute(self, query: str | Fragment, *args: Any) -> int:
        """Runs a statement and returns the number of affected rows."""
        text, values = query.compile() if isinstance(query, Fragment) else (query, args)
        status = await self.raw.execute(text, *values)
        count = status.rsplit(" ", 1)[-1]
        return int(count) if count.isdigit() else 0

    async def copy(self, table: str, columns: Sequence[str], rows: Any) -> None:
        """Inserts many rows with COPY."""
        await self.raw.copy_records_to_table(table, records=rows, columns=list(columns))


class EnteringConnection(Connection):
    """A connection of a unit that has yet to enter an organization: its first read does so, if that is read by name.

    Before any other statement the unit enters in a trip of its own.
    """

    __slots__ = ("_entry",)

    def __init__(self, raw: Any, entry: ExpectedEntry) -> None:
        super().__init__(raw)
        self._entry = entry

    async def fetch_all(self, query: str | Fragment, *args: Any, by_name: bool = False) -> list[Any]:
        if self._entry.pending:
            if by_name:
                text, values = query.compile() if isinstance(query, Fragment) else (query, args)
                return await self._entry.fetch(self.raw, text, values)
            await self._entry.confirm(self.raw)
        return await super().fetch_all(query, *args)

    async def fetch_one(self, query: str | Fragment, *args: Any, by_name: bool = False) -> Any | None:
        if self._entry.pending:
            if by_name:
                return next(iter(await self.fetch_all(query, *args, by_name=True)), None)
            await self._entry.confirm(self.raw)
        return await super().fetch_one(query, *args)

    async def fetch_value(self, query: str | Fragment, *args: Any) -> Any:
        await self._entry.confirm(self.raw)
        return await super().fetch_value(query, *args)

    async def execute(self, query: str | Fragment, *args: Any) -> int:
        await self._entry.confirm(self.raw)
        return await super().execute(query, *args)

    async def copy(self, table: str, columns: Sequence[str], rows: Any) -> None:
        await self._entry.confirm(self.raw)
        await super().copy(table, columns, rows)

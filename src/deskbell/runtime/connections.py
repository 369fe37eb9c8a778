"""Hands database connections from one unit of work to the next.

asyncpg's pool opens and closes connections; its bookkeeping for each checkout costs more than a short statement. So a
connection that it gave stays checked out of it and goes to the next unit, or to the one that has waited longest.
"""

import asyncio
import contextlib
import time
from collections import deque
from typing import Any, Final

import asyncpg

from deskbell.kernel.errors import Unavailable
from deskbell.runtime.faults import lost

_KEPT: Final = 4
"""Idle connections that are kept however long they are idle."""
_IDLE_SECONDS: Final = 30
"""The time after which any further idle connection returns to the pool, which closes it when it stays unused."""
_PATIENCE_SECONDS: Final = 10
"""The longest wait for a connection."""


class Connections:
    """The connections of one pool, which nothing else uses."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._idle: list[tuple[Any, float]] = []
        """Connections with the moment of their return, the latest last. The latest is used first."""
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._open = 0
        """Connections that the pool gave, in use or idle, and those that it is opening."""
        self._closing = False

    async def check_out(self) -> Any:
        """A connection. Raises `Unavailable` if none is available in time."""
        while self._idle:
            raw, _since = self._idle.pop()
            if _is_open(raw):
                return raw
            await self._return_to_pool(raw)
        if self._open < self._pool.get_max_size():
            self._open += 1
            return await self._opened()
        raw = await self._handed_over()
        return raw or await self._opened()

    async def give_back(self, raw: Any, *, dirty: bool) -> None:
        """Takes a connection back; closes one that is `dirty`, with an open transaction."""
        if dirty:
            with contextlib.suppress(*lost):  # the pool may already have released it
                raw.terminate()
        if dirty or not _is_open(raw):
            await self._return_to_pool(raw)
        elif self._hand_over(raw):
            return
        elif self._closing:
            await self._return_to_pool(raw)
        else:
            now = time.monotonic()
            self._idle.append((raw, now))
            if len(self._idle) > _KEPT and now - self._idle[0][1] > _IDLE_SECONDS:
                await self._return_to_pool(self._idle.pop(0)[0])

    async def close(self) -> None:
        """Waits for connections in use, then closes all."""
        self._closing = True
        while self._idle:
            await self._return_to_pool(self._idle.pop()[0])
        await self._pool.close()

    async def _opened(self) -> Any:
        """A connection from the pool, which has been counted as open."""
        try:
            # A timeout costs an extra task: avoid it while the pool has a connection ready.
            return await self._pool.acquire(timeout=None if self._pool.get_idle_size() else _PATIENCE_SECONDS)
        except BaseException as error:
            self._give_up()
            if isinstance(error, (TimeoutError, OSError, *lost)):
                raise Unavailable from error
            raise

    async def _handed_over(self) -> Any | None:
        """The next connection that is given back, or None once one more may be opened, which has been counted."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled():  # handed over just as the wait ended
                raw = waiter.result()
                await self.give_back(raw, dirty=False) if raw else self._give_up()
            if isinstance(error, TimeoutError):
                raise Unavailable from error
            raise

    def _hand_over(self, raw: Any | None) -> bool:
        """Gives a connection, or with None leave to open one, to the unit that has waited longest, if any waits."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(raw)
                return True
        return False

    async def _return_to_pool(self, raw: Any) -> None:
        try:
            await self._pool.release(raw)
        finally:
            self._give_up()

    def _give_up(self) -> None:
        """Ends the count of an open connection, or passes it on to a unit that waits."""
        if not self._hand_over(None):
            self._open -= 1


def _is_open(raw: Any) -> bool:
    try:
        return not raw.is_closed()
    except asyncpg.InterfaceError:  # the pool has noticed that the connection was lost
        return False

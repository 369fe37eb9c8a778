"""Reads of a streaming standby, which see at least everything that was committed when their request arrived."""

import asyncio
import time
from typing import Any, Final

import asyncpg
import structlog

from deskbell.kernel.errors import Unavailable
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.telemetry import standby_asked

_log: Final = structlog.get_logger("deskbell.standby")

_LOOKS: Final = (0.002, 0.004, 0.008, 0.016, 0.020)
"""The pauses, in seconds, between looks at whether the standby has caught up. Within a network it does so in the first."""
_PATIENCE_SECONDS: Final = 1
"""The longest wait for a connection to the standby."""
_REST_SECONDS: Final = 15
"""The time for which a standby that failed is not asked again."""
_WRITTEN: Final = "select pg_current_wal_insert_lsn()::text"
_HAS_REPLAYED: Final = "select coalesce(pg_last_wal_replay_lsn() >= $1::text::pg_lsn, false)"


class Replica:
    """A standby of the database. Whatever it cannot answer now, the database itself answers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked_again_at = 0.0

    @classmethod
    async def open(cls, dsn: str, *, size: int, statement_timeout: int) -> "Replica":
        """Connects when it is first needed: a standby that is down must not keep the server from starting."""
        return cls(await Database.open(dsn, size=size, statement_timeout=statement_timeout, at_first=0))

    async def close(self) -> None:
        """Waits for open units of work, then disconnects."""
        await self._database.close()

    async def in_place_of(self, uow: UnitOfWork) -> UnitOfWork:
        """A unit on the standby for the actor of a unit, which is released; or the same unit where that is not possible.

        The standby is used once it has replayed what the database had written: callers read their own writes, and all others
        that were committed before.
        """
        if time.monotonic() < self._asked_again_at:
            standby_asked("resting")
            return uow
        try:
            position: str = await uow.db.fetch_value(_WRITTEN)
            reading = await self._entered(uow, position)
        except (Unavailable, TimeoutError, *DATABASE_ERRORS) as error:
            self._asked_again_at = time.monotonic() + _REST_SECONDS
            standby_asked("failed")
            _log.warning("the standby failed; the database answers", error=repr(error), asked_again_in=_REST_SECONDS)
            return uow
        standby_asked("answered" if reading else "behind")
        return reading or uow

    async def _entered(self, uow: UnitOfWork, position: str) -> UnitOfWork | None:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            reading = await self._database.acquire(uow.origin.correlation_id)
        is_entered = False
        try:
            if await _has_replayed(reading.db, position):
                await reading.enter(uow.actor)
                await uow.release()
                is_entered = True
        finally:
            if not is_entered:
                await reading.release()
        return reading if is_entered else None


async def _has_replayed(db: Any, position: str) -> bool:
    for pause in _LOOKS:
        if await db.fetch_value(_HAS_REPLAYED, position):
            return True
        await asyncio.sleep(pause)
    return bool(await db.fetch_value(_HAS_REPLAYED, position))


async def lag_of(dsn: str) -> float | None:
    """The seconds since the last transaction that a standby has replayed was committed; None for a server that is none.

    Raises the errors of connecting.
    """
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        lag: float | None = await connection.fetchval(
            "select case when pg_is_in_recovery() then case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0 "
            "else extract(epoch from now() - pg_last_xact_replay_timestamp())::float8 end end"
        )
        return lag
    finally:
        await connection.close()

"""The watch over the service-level clocks of all organizations, as a part of the worker."""

import asyncio
from typing import Final

import structlog

from deskbell.features.sla.watch import compute_unknown, strike_due
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.worker")
_LOOK_SECONDS: Final = 0.4
"""The longest wait between two looks: a deadline that comes nearer meanwhile is still met within a second."""
_RETRY_SECONDS: Final = 0.05
_UNKNOWN_SECONDS: Final = 5.0


async def watch_clocks(database: Database) -> None:
    """Works until cancelled. Any number of workers may watch."""
    loop = asyncio.get_running_loop()
    unknown_at = loop.time()
    while True:
        wait = _LOOK_SECONDS
        try:
            moment = await strike_due(database, utc_now())
            if moment is not None:
                wait = min(wait, max((moment - utc_now()).total_seconds(), _RETRY_SECONDS))
            if loop.time() >= unknown_at:
                more = await compute_unknown(database, utc_now())
                unknown_at = loop.time() + (0 if more else _UNKNOWN_SECONDS)
                wait = min(wait, _RETRY_SECONDS) if more else wait
        except DATABASE_ERRORS:
            _log.warning("watching the service levels failed; it is tried again", exc_info=True)
        await asyncio.sleep(wait)

"""The worker's loop that marks warnings and breaches of service levels, for all organizations."""

import asyncio
from typing import Final

import structlog

from deskbell.features.sla.watch import compute_missing, mark_due
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.worker")
_POLL_SECONDS: Final = 0.4
"""The longest wait between two queries. A deadline that moves closer during a wait is still marked within a second."""
_RETRY_SECONDS: Final = 0.05
_UNKNOWN_SECONDS: Final = 5.0


async def watch_clocks(database: Database) -> None:
    """Runs until cancelled, in any number of workers."""
    loop = asyncio.get_running_loop()
    unknown_at = loop.time()
    while True:
        wait = _POLL_SECONDS
        try:
            moment = await mark_due(database, utc_now())
            if moment is not None:
                wait = min(wait, max((moment - utc_now()).total_seconds(), _RETRY_SECONDS))
            if loop.time() >= unknown_at:
                more = await compute_missing(database, utc_now())
                unknown_at = loop.time() + (0 if more else _UNKNOWN_SECONDS)
                wait = min(wait, _RETRY_SECONDS) if more else wait
        except DATABASE_ERRORS:
            _log.warning("marking service levels failed; retrying", exc_info=True)
        await asyncio.sleep(wait)

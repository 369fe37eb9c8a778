"""The worker's loop that runs schedules, for all organizations."""

import asyncio
from typing import Final

import structlog

from deskbell.features.rules.scheduling import run_schedules
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.worker")
_POLL_SECONDS: Final = 1.0
"""The wait between two queries that find nothing to do: the greatest delay of a schedule."""
_BUSY_SECONDS: Final = 0.01


async def watch_schedules(database: Database) -> None:
    """Runs until cancelled, in any number of workers."""
    while True:
        wait = _POLL_SECONDS
        try:
            if await run_schedules(database, utc_now()):
                wait = _BUSY_SECONDS
        except DATABASE_ERRORS:
            _log.warning("running schedules failed; retrying", exc_info=True)
        except Exception:  # noqa: BLE001 - the worker has other work; this is tried again
            _log.exception("running schedules failed; retrying")
        await asyncio.sleep(wait)

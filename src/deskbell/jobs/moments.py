"""The worker's loop that fires automations, for all organizations."""

import asyncio
from typing import Final

import structlog

from deskbell.features.rules.recomputing import fire_moments
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.worker")
_POLL_SECONDS: Final = 0.5
"""The longest wait between two queries. A moment that moves closer during a wait still comes within a second."""
_RETRY_SECONDS: Final = 0.05


async def watch_moments(database: Database) -> None:
    """Runs until cancelled, in any number of workers."""
    while True:
        wait = _POLL_SECONDS
        try:
            moment = await fire_moments(database, utc_now())
            if moment is not None:
                wait = min(wait, max((moment - utc_now()).total_seconds(), _RETRY_SECONDS))
        except DATABASE_ERRORS:
            _log.warning("firing automations failed; retrying", exc_info=True)
        await asyncio.sleep(wait)

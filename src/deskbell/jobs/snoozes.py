"""The worker's loop that opens snoozed tickets, for all organizations."""

import asyncio
from typing import Final

import structlog

from deskbell.features.tickets.service.snoozing import wake_due
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.worker")
_POLL_SECONDS: Final = 1.0
"""The longest wait between two queries. A moment that is set closer during a wait is late by no more than this."""
_RETRY_SECONDS: Final = 0.05


async def watch_snoozes(database: Database) -> None:
    """Runs until cancelled, in any number of workers: each ticket is opened by the one that locks it."""
    while True:
        wait = _POLL_SECONDS
        try:
            moment = await wake_due(database, utc_now())
            if moment is not None:
                wait = min(wait, max((moment - utc_now()).total_seconds(), _RETRY_SECONDS))
        except DATABASE_ERRORS:
            _log.warning("opening snoozed tickets failed; retrying", exc_info=True)
        await asyncio.sleep(wait)

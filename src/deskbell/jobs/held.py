"""The worker's loop that sends held replies, for all organizations."""

import asyncio
from typing import Final

import structlog

from deskbell.features.drafts.sending import release_due
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.worker")
_POLL_SECONDS: Final = 0.4
"""The longest wait between two queries: a reply that is held for a second is still sent within one."""
_RETRY_SECONDS: Final = 0.05


async def send_held(database: Database) -> None:
    """Runs until cancelled, in any number of workers: each reply is sent by the one that locks it."""
    while True:
        wait = _POLL_SECONDS
        try:
            moment = await release_due(database, utc_now())
            if moment is not None:
                wait = min(wait, max((moment - utc_now()).total_seconds(), _RETRY_SECONDS))
        except DATABASE_ERRORS:
            _log.warning("sending held replies failed; retrying", exc_info=True)
        await asyncio.sleep(wait)

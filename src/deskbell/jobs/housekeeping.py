"""Scheduled jobs that delete expired data of no single feature."""

from datetime import timedelta
from typing import Final

from deskbell.kernel.clock import utc_now
from deskbell.runtime.expiry import (
    delete_access_before,
    delete_job_log_before,
    delete_job_statistics_before,
    delete_keys_before,
    delete_windows_before,
)
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

KEYS_LAST: Final = timedelta(hours=24)
"""The time for which the response to an `Idempotency-Key` is kept."""
ACCESS_SHOWN: Final = timedelta(days=90)
"""The time for which an ended session or API key can be looked up. The journal keeps its events."""
JOBS_SHOWN: Final = timedelta(days=7)
"""The time for which the queue's log of finished jobs is kept. Failed jobs stay in the queue."""
_BATCH_SIZE: Final = 5_000


@job(schedule="7 * * * *")
async def delete_idempotency_keys(tools: Tools, _payload: bytes) -> None:
    """Deletes responses kept for idempotency keys older than 24 hours."""
    async with tools.database.unit(None) as uow:
        await delete_keys_before(uow.db, utc_now() - KEYS_LAST)


@job(schedule="*/5 * * * *")
async def delete_request_counts(tools: Tools, _payload: bytes) -> None:
    """Deletes the request counts of past windows."""
    async with tools.database.unit(None) as uow:
        await delete_windows_before(uow.db, utc_now())


@job(schedule="37 3 * * *")
async def delete_ended_access(tools: Tools, _payload: bytes) -> None:
    """Deletes sessions and API keys that ended more than 90 days ago."""
    async with tools.database.unit(None) as uow:
        await delete_access_before(uow.db, utc_now() - ACCESS_SHOWN)


@job(schedule="27 * * * *")
async def delete_job_log(tools: Tools, _payload: bytes) -> None:
    """Deletes entries of the job log older than 7 days, one batch per transaction."""
    before = utc_now() - JOBS_SHOWN
    for delete in (delete_job_log_before, delete_job_statistics_before):
        gone = _BATCH_SIZE
        while gone == _BATCH_SIZE:
            async with tools.database.unit(None) as uow:
                gone = await delete(uow.db, before, _BATCH_SIZE)

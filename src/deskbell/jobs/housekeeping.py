"""Work by the clock that belongs to no single feature: forgetting what has had its day."""

from datetime import timedelta
from typing import Final

from deskbell.kernel.clock import utc_now
from deskbell.runtime.forgetting import (
    forget_access_before,
    forget_job_notes_before,
    forget_job_sums_before,
    forget_keys_before,
    forget_windows_before,
)
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

KEYS_LAST: Final = timedelta(hours=24)
"""How long an `Idempotency-Key` is remembered."""
ACCESS_SHOWN: Final = timedelta(days=90)
"""How long a session or API key that is over can still be looked up; the journal tells of it for good."""
JOBS_SHOWN: Final = timedelta(days=7)
"""How long the queue's notes of finished jobs are kept; jobs that failed for good stay in the queue itself."""
_AT_ONCE: Final = 5_000


@job(schedule="7 * * * *")
async def forget_idempotency_keys(tools: Tools, _payload: bytes) -> None:
    """Forgets the answers kept for keys that are older than a day."""
    async with tools.database.unit(None) as uow:
        await forget_keys_before(uow.db, utc_now() - KEYS_LAST)


@job(schedule="*/5 * * * *")
async def forget_request_counts(tools: Tools, _payload: bytes) -> None:
    """Forgets windows of rate limits that are over."""
    async with tools.database.unit(None) as uow:
        await forget_windows_before(uow.db, utc_now())


@job(schedule="37 3 * * *")
async def forget_access(tools: Tools, _payload: bytes) -> None:
    """Forgets sessions and API keys that have been over for 90 days."""
    async with tools.database.unit(None) as uow:
        await forget_access_before(uow.db, utc_now() - ACCESS_SHOWN)


@job(schedule="27 * * * *")
async def forget_job_log(tools: Tools, _payload: bytes) -> None:
    """Forgets what the queue noted of jobs more than a week ago, a batch per transaction."""
    before = utc_now() - JOBS_SHOWN
    for forget in (forget_job_notes_before, forget_job_sums_before):
        gone = _AT_ONCE
        while gone == _AT_ONCE:
            async with tools.database.unit(None) as uow:
                gone = await forget(uow.db, before, _AT_ONCE)

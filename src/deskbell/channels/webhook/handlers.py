"""Deletes old incoming deliveries."""

from datetime import timedelta
from typing import Final

from deskbell.channels.webhook import queries
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

_RETENTION: Final = timedelta(days=365)
"""Repeated bodies are recognized for this long. It is long because nothing else prevents replays of a captured body, except
a new secret, which invalidates all bodies signed with the old one."""
_BATCH_SIZE: Final = 1_000


@job(schedule="52 * * * *")
async def delete_old_deliveries(tools: Tools, _payload: bytes) -> None:
    """Deletes digests of bodies received more than a year ago, one batch per transaction."""
    deleted = _BATCH_SIZE
    while deleted == _BATCH_SIZE:
        async with tools.database.unit(None) as uow:
            deleted = await queries.delete_before(uow.db, utc_now() - _RETENTION, _BATCH_SIZE)

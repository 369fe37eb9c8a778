"""Forgetting what other systems sent long ago."""

from datetime import timedelta
from typing import Final

from deskbell.channels.webhook import queries
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

__all__ = ["KNOWN_FOR", "delete_old_deliveries"]

KNOWN_FOR: Final = timedelta(days=365)
"""How long a body that was received is known again. This is all that keeps one that somebody has overheard from being
sent a second time, so it is long; a new secret ends what was signed under the old one at once."""
_AT_ONCE: Final = 1_000


@job(schedule="52 * * * *")
async def delete_old_deliveries(tools: Tools, _payload: bytes) -> None:
    """Forgets bodies that were received more than a year ago, a batch per transaction."""
    gone = _AT_ONCE
    while gone == _AT_ONCE:
        async with tools.database.unit(None) as uow:
            gone = await queries.forget_before(uow.db, utc_now() - KNOWN_FOR, _AT_ONCE)

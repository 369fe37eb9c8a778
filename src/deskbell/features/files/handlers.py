"""Sweeping up: uploads that were never used, files of tickets that were purged, contents of what was deleted."""

from datetime import timedelta
from typing import Final

from deskbell.features.files import queries
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

__all__ = ["UNUSED_LIFETIME", "sweep"]

UNUSED_LIFETIME: Final = timedelta(hours=24)
"""How long an upload may hang on nothing."""
_AT_ONCE: Final = 200


@job(schedule="*/10 * * * *")
async def sweep(tools: Tools, payload: bytes) -> None:
    """Removes files that hang on nothing any more, then the contents that nothing refers to.

    A content goes before the note of its removal does, so that a crash in between leaves nothing behind.
    """
    del payload
    retired = _AT_ONCE
    while retired == _AT_ONCE:
        async with tools.database.unit(None) as uow:
            retired = await queries.retire(uow.db, utc_now() - UNUSED_LIFETIME, _AT_ONCE)
    keys = ["first"]
    while keys:
        async with tools.database.unit(None) as uow:
            keys = await queries.removed(uow.db, _AT_ONCE)
        for key in keys:
            await tools.storage.delete(key)
        async with tools.database.unit(None) as uow:
            await queries.forget(uow.db, keys)

"""Deletion of unattached files, and of contents whose files are gone."""

from datetime import timedelta
from typing import Final

from deskbell.features.files import queries
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

UNUSED_LIFETIME: Final = timedelta(hours=24)
"""The time after which an unattached upload is deleted."""
_BATCH_SIZE: Final = 200


@job(schedule="*/10 * * * *")
async def sweep(tools: Tools, payload: bytes) -> None:
    """Deletes old unattached files, then the contents of deleted files.

    A content is deleted before its key is cleared: after a crash in between, the next run deletes it again.
    """
    del payload
    deleted = _BATCH_SIZE
    while deleted == _BATCH_SIZE:
        async with tools.database.unit(None) as uow:
            deleted = await queries.delete_unattached(uow.db, utc_now() - UNUSED_LIFETIME, _BATCH_SIZE)
    keys = ["first"]
    while keys:
        async with tools.database.unit(None) as uow:
            keys = await queries.removed_keys(uow.db, _BATCH_SIZE)
        for key in keys:
            await tools.storage.delete(key)
        async with tools.database.unit(None) as uow:
            await queries.clear_removed(uow.db, keys)

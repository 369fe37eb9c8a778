"""Deletion of pictures that no article names."""

from datetime import timedelta
from typing import Final

from deskbell.features.knowledge.pictures import queries
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

UNUSED_LIFETIME: Final = timedelta(hours=24)
"""The time in which an uploaded picture must be named by an article."""


@job(schedule="37 * * * *")
async def delete_unused_pictures(tools: Tools, _payload: bytes) -> None:
    """Deletes old pictures that no version of an article names."""
    async with tools.database.unit(None) as uow:
        await queries.delete_unused(uow.db, utc_now() - UNUSED_LIFETIME)

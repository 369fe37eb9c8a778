"""Ends chats whose guests have gone, and those that no agent has answered in time."""

from typing import Final

from deskbell.features.chats import queries
from deskbell.features.chats.service import GONE_AFTER, finish
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

_BATCH: Final = 200


@job(schedule="* * * * *")
async def end_chats(tools: Tools, _payload: bytes) -> None:
    """Ends chats that are over and mails their transcripts."""
    now = utc_now()
    found = _BATCH
    while found == _BATCH:
        async with tools.database.unit(None) as uow:
            due = await queries.to_end(uow.db, now, now - GONE_AFTER, _BATCH)
        for organization_id, ticket_id in due:
            async with tools.database.unit(Actor.system(organization_id)) as uow:
                await uow.begin()
                await finish(uow, ticket_id)
        found = len(due)

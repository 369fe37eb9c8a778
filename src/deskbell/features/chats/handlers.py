"""Ends chats whose guests have gone, and those that no agent has answered in time."""

from typing import Final

import structlog

from deskbell.features.chats import queries
from deskbell.features.chats.service import GONE_AFTER, finish
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

_BATCH: Final = 500
_log: Final = structlog.get_logger("deskbell.chats")


@job(schedule="* * * * *")
async def end_chats(tools: Tools, _payload: bytes) -> None:
    """Ends chats that are over and mails their transcripts. One that fails is put off, and keeps no other from its end."""
    now = utc_now()
    async with tools.database.unit(None) as uow:
        due = await queries.to_end(uow.db, now, now - GONE_AFTER, _BATCH)
    for organization_id, ticket_id in due:
        actor = Actor.system(organization_id)
        try:
            async with tools.database.unit(actor) as uow:
                await uow.begin()
                await finish(uow, ticket_id)
        except DATABASE_ERRORS:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the chats of others must end
            _log.exception("a chat could not be ended", ticket_id=str(ticket_id))
            async with tools.database.unit(actor) as uow:
                await uow.begin()
                await queries.mark_seen(uow.db, ticket_id, now)

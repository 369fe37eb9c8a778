"""Mails the public replies of the staff; deletes the bytes of mails that were sent."""

from datetime import timedelta
from typing import Final

from deskbell.features.mail.queries import outgoing
from deskbell.features.mail.service.sending import send_reply
from deskbell.features.tickets.events import CommentAdded
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import JournalEntry
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import job, on
from deskbell.runtime.tools import Tools

CONTENT_LASTS: Final = timedelta(days=7)
"""The time that the bytes of a sent mail are kept. Its words are the ticket's."""
_BATCH_SIZE: Final = 500


@on(CommentAdded, batched=True)
async def mail_reply(uow: UnitOfWork, recorded: JournalEntry[CommentAdded], _tools: Tools) -> None:
    """Puts a public reply of the staff on its way to the ticket's requester and followers."""
    if recorded.event.public and not recorded.event.automatic:
        await send_reply(uow, recorded.event.comment_id, by_deskbell=recorded.actor_id is None)


@job(schedule="23 * * * *")
async def delete_contents(tools: Tools, _payload: bytes) -> None:
    """Deletes the bytes of mails that were sent more than a week ago."""
    done = _BATCH_SIZE
    while done == _BATCH_SIZE:
        async with tools.database.unit(None) as uow:
            await uow.begin()
            done = await outgoing.delete_contents(uow.db, utc_now() - CONTENT_LASTS, _BATCH_SIZE)

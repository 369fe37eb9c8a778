"""Runs a reaction from the queue."""

from typing import Final

import msgspec
import structlog

from deskbell.kernel.actor import Actor
from deskbell.runtime.journal import entries
from deskbell.runtime.journal.origin import Origin
from deskbell.runtime.mail import MailRefused
from deskbell.runtime.reactions import ReactionTask, reaction
from deskbell.runtime.tools import Tools

_log: Final = structlog.get_logger("deskbell.jobs")


async def run_reaction(tools: Tools, payload: bytes) -> None:
    """Runs a handler on its event as the system actor of the event's organization, in its own transaction."""
    task = msgspec.json.decode(payload, type=ReactionTask)
    found = reaction(task.reaction)
    if found is None:
        _log.warning("reaction is gone", reaction=task.reaction, event_id=task.event_id)
        return
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        entry = await entries.find(uow.db, task.event_id)
        if entry is None:
            return
        # What follows from an event belongs to the same request and operation, however long after it runs.
        uow.origin = Origin.of_entry(entry)
        mails = await found.handle(uow, entry, tools)
    for mail in mails or ():
        try:
            await tools.mailer.send(mail)
        except MailRefused as refused:  # permanent: another attempt would not change it
            _log.warning("mail refused", reaction=task.reaction, event_id=task.event_id, reason=str(refused))

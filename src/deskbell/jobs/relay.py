"""From the journal to the queue: each event becomes one job for each reaction to it."""

from collections.abc import Sequence
from typing import Final

import msgspec

from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.journal.following import Notice
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.queue import put_many
from deskbell.runtime.reactions import ReactionTask, reacted_types, reactions_to

REACTION_JOB: Final = "reaction"
READER: Final = reader("reactions", "Queues a job for each reaction to an event.", "follows", types=reacted_types)


async def queue_reactions(uow: UnitOfWork, notices: Sequence[Notice]) -> None:
    """Queues the reactions to events, in order."""
    tasks = [
        msgspec.json.encode(ReactionTask(reaction.name, notice.organization_id, notice.id))
        for notice in notices
        if not notice.imported
        for reaction in reactions_to(notice.type)
    ]
    await put_many(uow.db.raw, [REACTION_JOB] * len(tasks), tasks)

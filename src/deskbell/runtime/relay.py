"""From the journal to the queue: each event becomes one job for each reaction to it, once, whatever fails in between."""

from typing import Final

import msgspec

from deskbell.runtime.database import Database
from deskbell.runtime.queue import put_many
from deskbell.runtime.reactions import ReactionTask, reactions_to

__all__ = ["REACTION_JOB", "relay_batch"]

REACTION_JOB: Final = "reaction"
_READER: Final = "reactions"
_BATCH: Final = 500


async def relay_batch(database: Database) -> int:
    """Queues the reactions to the next events and remembers how far it came, in one transaction.

    Returns how many events it passed; 0 means that there is nothing more that is safe to read yet. The reader's row is
    locked meanwhile, so that of several relays at once only one does the work.
    """
    async with database.unit(None) as uow:
        await uow.db.execute(
            "insert into journal_readers (name, xact_id, id) values ($1, '0', 0) on conflict (name) do nothing", _READER
        )
        place = await uow.db.fetch_one(
            "select xact_id::text as xact_id, id from journal_readers where name = $1 for update", _READER
        )
        assert place is not None
        events = await uow.db.fetch_all(
            "select organization_id, id, xact_id::text as xact_id, type, imported "
            "from deskbell_relay_batch($1::text::xid8, $2, $3)",
            place["xact_id"],
            place["id"],
            _BATCH,
        )
        if not events:
            return 0
        tasks = [
            msgspec.json.encode(ReactionTask(reaction.name, event["organization_id"], event["id"]))
            for event in events
            if not event["imported"]
            for reaction in reactions_to(event["type"])
        ]
        await put_many(uow.db.raw, [REACTION_JOB] * len(tasks), tasks)
        await uow.db.execute(
            "update journal_readers set xact_id = $2::text::xid8, id = $3 where name = $1",
            _READER,
            events[-1]["xact_id"],
            events[-1]["id"],
        )
        return len(events)

"""From the journal to the reactions: quick ones run with their batch, the others become jobs of the queue."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
import structlog

from deskbell.kernel.actor import Actor
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.faults import lost
from deskbell.runtime.journal import entries
from deskbell.runtime.journal.following import Notice
from deskbell.runtime.journal.origin import Origin
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.queue import put_many
from deskbell.runtime.reactions import Reaction, ReactionTask, reacted_types, reactions_to
from deskbell.runtime.telemetry import job_done
from deskbell.runtime.tools import Tools

REACTION_JOB: Final = "reaction"
BATCH_SIZE: Final = 100
"""The number of events whose reactions share a transaction; changes of the same rows wait for its end."""
MOST_SECONDS: Final = 5.0
"""The time that an organization's reactions may take in a batch; those that take longer run from the queue."""
READER: Final = reader("reactions", "Runs or queues the reactions to an event.", "follows", types=reacted_types)

_log: Final = structlog.get_logger("deskbell.jobs")
_Wanted = Sequence[tuple[Notice, Reaction]]


async def react(tools: Tools, uow: UnitOfWork, notices: Sequence[Notice]) -> None:
    """Runs the batched reactions to events in this unit, in order, and queues the others.

    An organization's batch that fails is undone alone: its reactions are queued, each with attempts of its own.
    """
    by_organization: defaultdict[UUID, list[tuple[Notice, Reaction]]] = defaultdict(list)
    queued: list[tuple[Notice, Reaction]] = []
    for notice in notices:
        for reaction in reactions_to(notice.type) if not notice.imported else ():
            (by_organization[notice.organization_id] if reaction.batched else queued).append((notice, reaction))
    for organization_id, wanted in by_organization.items():
        queued += await _left_over(tools, uow, organization_id, wanted)
    if by_organization:
        await uow.leave()
    tasks = [msgspec.json.encode(ReactionTask(each.name, notice.organization_id, notice.id)) for notice, each in queued]
    await put_many(uow.db.raw, [REACTION_JOB] * len(tasks), tasks)


async def _left_over(tools: Tools, uow: UnitOfWork, organization_id: UUID, wanted: _Wanted) -> _Wanted:
    """Runs an organization's reactions; returns those that the queue has to run."""
    try:
        async with asyncio.timeout(MOST_SECONDS), uow.attempt():
            await uow.enter(Actor.system(organization_id))
            found = await entries.by_ids(uow.db, list({notice.id for notice, _ in wanted}))
            for notice, reaction in wanted:
                entry = found.get(notice.id)
                if entry is not None:
                    uow.origin = Origin.of_entry(entry)
                    await reaction.handle(uow, entry, tools)
                    await uow.flush()
    except lost:
        raise
    except Exception as error:  # noqa: BLE001 - its own job reports what fails, and the others must go on
        first_line = f"{type(error).__name__}: {error}".splitlines()[0]
        _log.warning("a batch of reactions failed; each runs again alone", reactions=len(wanted), error=first_line)
        return wanted
    left = [(notice, reaction) for notice, reaction in wanted if notice.id not in found]
    for _ in range(len(wanted) - len(left)):
        job_done(REACTION_JOB, failed=False)
    return left

"""Watches the clocks: marks warnings and breaches on time, and computes missing clocks.

The watch queries the next times of all organizations several times a second, through a small index. Several watches
may run: each ticket is marked by the one that locks it, and no mark is made twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.sla.queries import clocks as queries
from deskbell.features.sla.recomputing import recomputed
from deskbell.features.sla.service import policies_in_force
from deskbell.features.tickets.queries.deadlines import write_deadlines
from deskbell.features.tickets.service.deadlines import record_alarms
from deskbell.features.tickets.service.moments import recompute
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.deadlines import alarms_between, marked_due
from deskbell.runtime.database import Database, UnitOfWork

_BATCH_SIZE: Final = 200


async def mark_due(database: Database, now: datetime) -> datetime | None:
    """Marks and records every due warning and breach, at most one batch of them.

    Returns the next time to look, which is in the past while there is more to do; None when nothing is due.
    """
    async with database.across() as db:
        moments = await queries.next_moments(db, _BATCH_SIZE)
    due: dict[UUID, list[UUID]] = defaultdict(list)
    for organization_id, ticket_id, moment in moments:
        if moment <= now:
            due[organization_id].append(ticket_id)
    for organization_id, ticket_ids in due.items():
        async with database.unit(Actor.system(organization_id)) as uow:
            await mark(uow, ticket_ids, now)
    later = [moment for _, _, moment in moments if moment > now]
    if later:
        return later[0]
    return moments[-1][2] if moments else None


@step("the clock of service levels")
async def mark(uow: UnitOfWork, ticket_ids: Sequence[UUID], now: datetime) -> None:
    """Marks due warnings and breaches of these tickets of the entered organization. Skips locked tickets."""
    changed = []
    for ticket_id, before in await queries.lock_deadlines(uow.db, ticket_ids):
        after = marked_due(before, now)
        if after != before:
            changed.append((ticket_id, after))
            record_alarms(uow, ticket_id, alarms_between(before, after))
    await write_deadlines(uow.db, [ticket_id for ticket_id, _ in changed], [after for _, after in changed])


async def compute_missing(database: Database, now: datetime) -> int:
    """Computes the clocks of some tickets that have none, from their recorded history; returns the number of tickets.

    These tickets were imported. Their breaches are marked without events, because they are in the past.
    """
    async with database.across() as db:
        unknown = await queries.unknown(db, _BATCH_SIZE)
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for organization_id, ticket_id in unknown:
        found[organization_id].append(ticket_id)
    for organization_id, ticket_ids in found.items():
        async with database.unit(Actor.system(organization_id)) as uow:
            policies = await policies_in_force(uow.db)
            histories = await queries.lock_histories(uow.db, ticket_ids)
            await write_deadlines(
                uow.db, list(histories), [recomputed(history, policies, now) for history in histories.values()]
            )
            await recompute(uow, list(histories), imported=True)
    return len(unknown)

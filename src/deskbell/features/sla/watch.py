"""Watching the clocks: warnings and breaches at their moment, and clocks that are still to be computed.

A few times a second the watch asks for the next moments of all organizations: one look into a small index. Several may
watch at once: each ticket is struck by the one that locks it, and no mark is made twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.sla.queries import clocks as queries
from deskbell.features.sla.service import policies_in_force
from deskbell.features.sla.winding import wound
from deskbell.features.tickets.queries.deadlines import write_deadlines
from deskbell.features.tickets.service.deadlines import record_alarms
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.deadlines import alarms_between, marked_due
from deskbell.runtime.database import Database, UnitOfWork

__all__ = ["compute_unknown", "strike_due"]

_BATCH: Final = 200


async def strike_due(database: Database, now: datetime) -> datetime | None:
    """Marks and tells of every warning and breach whose moment has come, at most a batch of them.

    Returns the next moment at which to look, which is in the past while there is more to do; None when nothing is due.
    """
    async with database.unit(None) as uow:
        moments = await queries.next_moments(uow.db, _BATCH)
    due: dict[UUID, list[UUID]] = defaultdict(list)
    for organization_id, ticket_id, moment in moments:
        if moment <= now:
            due[organization_id].append(ticket_id)
    for organization_id, ticket_ids in due.items():
        async with database.unit(Actor.system(organization_id)) as uow:
            await strike(uow, ticket_ids, now)
    later = [moment for _, _, moment in moments if moment > now]
    if later:
        return later[0]
    return moments[-1][2] if moments else None


@step("the clock of service levels")
async def strike(uow: UnitOfWork, ticket_ids: Sequence[UUID], now: datetime) -> None:
    """Marks what has come due on these tickets of the entered organization; tickets that somebody is changing are left."""
    changed = []
    for ticket_id, before in await queries.lock_deadlines(uow.db, ticket_ids):
        after = marked_due(before, now)
        if after != before:
            changed.append((ticket_id, after))
            record_alarms(uow, ticket_id, alarms_between(before, after))
    await write_deadlines(uow.db, [ticket_id for ticket_id, _ in changed], [after for _, after in changed])


async def compute_unknown(database: Database, now: datetime) -> int:
    """Computes the clocks of some tickets that have none yet, from their recorded history, and says of how many.

    These are tickets that were imported. What they missed is marked and told to nobody: it is history.
    """
    async with database.unit(None) as uow:
        unknown = await queries.unknown(uow.db, _BATCH)
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for organization_id, ticket_id in unknown:
        found[organization_id].append(ticket_id)
    for organization_id, ticket_ids in found.items():
        async with database.unit(Actor.system(organization_id)) as uow:
            policies = await policies_in_force(uow.db)
            histories = await queries.lock_histories(uow.db, ticket_ids)
            await write_deadlines(
                uow.db, list(histories), [wound(history, policies, now) for history in histories.values()]
            )
    return len(unknown)

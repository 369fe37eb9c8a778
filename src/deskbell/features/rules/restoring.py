"""After a restore: what came due since the backup was made counts as done, so that no one gets mail about the past."""

from collections import defaultdict
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.rules.queries import schedules
from deskbell.features.rules.scheduling import skip_due
from deskbell.features.tickets.queries import moments
from deskbell.features.tickets.service.moments import recompute
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import Database

_BATCH: Final = 500


@step("the command that restores a backup, before any server runs")
async def pass_over(database: Database, now: datetime) -> int:
    """Counts moments of automations, and runs of schedules, that have come as done. Returns how many tickets had one."""
    seen: set[UUID] = set()
    while due := await _due(database, now, seen):
        by_organization: dict[UUID, list[UUID]] = defaultdict(list)
        for organization_id, ticket_id in due:
            by_organization[organization_id].append(ticket_id)
        for organization_id, ticket_ids in by_organization.items():
            async with database.unit(Actor.system(organization_id)) as uow:
                uow.now = max(uow.now, now)
                await recompute(uow, ticket_ids, imported=True)
        seen.update(ticket_id for _, ticket_id in due)
    async with database.across() as db:
        runs = await schedules.to_run(db, now, _BATCH)
    for organization_id, rule_id, begun_for in runs:
        if begun_for is None:  # a run that had begun when the backup was made goes on
            await skip_due(database, now, organization_id, rule_id)
    return len(seen)


async def _due(database: Database, now: datetime, seen: set[UUID]) -> list[tuple[UUID, UUID]]:
    async with database.across() as db:
        found = await moments.next_moments(db, _BATCH)
    return [(each, ticket_id) for each, ticket_id, moment in found if moment <= now and ticket_id not in seen]

"""Moments of automations: the watch that fires those due, and the job that computes them after a rule is saved."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from msgspec import Struct
from msgspec.json import decode

from deskbell.features.rules.queries import rules as queries
from deskbell.features.tickets.queries import moments
from deskbell.features.tickets.service.firing import fire_due
from deskbell.features.tickets.service.moments import recompute
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.reactions import enqueue, job
from deskbell.runtime.tools import Tools

_log: Final = structlog.get_logger("deskbell.rules")
_DUE: Final = 100
"""The number of moments that the watch reads together."""
_CONCURRENT: Final = 4
_BATCH_SIZE: Final = 500
_POSTPONED: Final = timedelta(hours=1)
"""A ticket whose automations raised is asked again after this time."""
_FIRST: Final = UUID(int=0)


class Recompute(Struct, frozen=True):
    """Payload of the job that computes the next moments of an organization's tickets, from one after `after` on."""

    organization_id: UUID
    after: UUID = _FIRST


async def fire_moments(database: Database, now: datetime) -> datetime | None:
    """Fires automations that are due, one batch of tickets at most.

    Returns the next time to look, which is in the past while there is more to do; None when nothing is ahead.
    """
    async with database.across() as db:
        found = await moments.next_moments(db, _DUE)
        crowd = _crowd(found, now)
        others = [] if crowd is None else await moments.next_moments(db, _DUE // 2, [crowd])
    if crowd is not None:
        mine = [each for each in found if each[0] == crowd]
        found = mine[: _DUE // 2] + [each for each in others if each[2] <= now]  # more of the crowd is due
    due = [(organization_id, ticket_id) for organization_id, ticket_id, moment in found if moment <= now]
    for i in range(0, len(due), _CONCURRENT):
        await asyncio.gather(*(_fire(database, now, *each) for each in due[i : i + _CONCURRENT]))
    later = [moment for _, _, moment in found if moment > now]
    return later[0] if later else found[-1][2] if found else None


def _crowd(found: Sequence[tuple[UUID, UUID, datetime]], now: datetime) -> UUID | None:
    """The organization to which most of a full batch of due moments belong: the others must not wait until it is through."""
    if len(found) < _DUE or found[-1][2] > now:
        return None
    organization_id, count = Counter(each[0] for each in found).most_common(1)[0]
    return organization_id if count > _DUE // 2 else None


async def _fire(database: Database, now: datetime, organization_id: UUID, ticket_id: UUID) -> None:
    try:
        async with database.unit(Actor.system(organization_id)) as uow:
            uow.now = max(uow.now, now)
            await fire_due(uow, ticket_id)
    except DATABASE_ERRORS:
        raise
    except Exception:  # noqa: BLE001 - one ticket must not stop the others: it would stay at the head of the queue
        _log.exception("automations failed; they are asked again later", ticket_id=str(ticket_id))
        async with database.unit(Actor.system(organization_id)) as uow:
            await moments.write_moments(uow.db, [ticket_id], [now + _POSTPONED])


@job()
async def recompute_moments(tools: Tools, payload: bytes) -> None:
    """Computes the next moments of a batch of tickets and enqueues the rest. Safe to run twice."""
    task = decode(payload, type=Recompute)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        ticket_ids = await moments.lock_unclosed(uow.db, task.after, _BATCH_SIZE)
        await recompute(uow, ticket_ids)
        if len(ticket_ids) == _BATCH_SIZE:
            await enqueue(uow, recompute_moments, Recompute(task.organization_id, ticket_ids[-1]))
        else:
            await queries.recomputed(uow.db)

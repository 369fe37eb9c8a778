"""From the journal to deliveries, in the order of commits.

This reads the journal itself instead of reacting to events through the queue: reactions run in any order, and the first
delivery about a ticket must be made before the second. Reader's place and deliveries are written in one transaction, so
that each event is gathered exactly once whatever fails in between.
"""

from collections import defaultdict
from typing import Final
from uuid import UUID

import structlog

from deskbell.features.webhooks.bodies import Shapes, bodies_of
from deskbell.features.webhooks.queries import gathering as queries
from deskbell.features.webhooks.queries.gathering import NewDelivery, Told
from deskbell.features.webhooks.records import EVENT_TYPES
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.runtime.database import Database, UnitOfWork

_BATCH: Final = 100
_log: Final = structlog.get_logger("deskbell.webhooks")


async def gather_batch(database: Database, shapes: Shapes) -> int:
    """Makes the deliveries of the next events and returns how many events it passed.

    0 means that there is nothing more that is safe to read yet, or that another worker is reading.
    """
    async with database.unit(None) as uow:
        place = await queries.lock_place(uow.db)
        if place is None:
            return 0
        events = await queries.next_events(uow.db, *place, EVENT_TYPES, _BATCH)
        if not events:
            return 0
        told: dict[UUID, list[Told]] = defaultdict(list)
        for event in events:
            if event.webhook_ids:
                told[event.organization_id].append(event)
        for organization_id, theirs in told.items():
            await uow.enter(Actor.system(organization_id))
            await _deliver(uow, organization_id, theirs, shapes)
        await queries.move_place(uow.db, events[-1].xact_id, events[-1].id)
    return len(events)


async def _deliver(uow: UnitOfWork, organization_id: UUID, told: list[Told], shapes: Shapes) -> None:
    recorded = await queries.recorded_events(uow.db, [each.id for each in told])
    bodies = await bodies_of(uow.db, recorded, shapes)
    kinds = {each.id: each.event for each in recorded}
    new = [
        NewDelivery(
            id=new_id(), webhook_id=webhook_id, event_id=each.id, ticket_id=kinds[each.id].about_ticket,
            type=kinds[each.id].type, body=bodies[each.id],
        )
        for each in told
        if each.id in kinds
        for webhook_id in each.webhook_ids
    ]  # fmt: skip
    if len(kinds) < len(told):  # one unreadable event must not stop all that follow
        lost = sorted({each.id for each in told} - kinds.keys())
        _log.error("events cannot be read and are told to nobody", organization_id=str(organization_id), events=lost)
    await queries.add_deliveries(uow.db, organization_id, new, uow.now)

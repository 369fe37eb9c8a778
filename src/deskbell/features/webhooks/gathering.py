"""From the journal to deliveries, in the order of commits.

This follows the journal itself instead of reacting to events through the queue: reactions run in any order, and the first
delivery about a ticket must be made before the second.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog

from deskbell.features.webhooks.bodies import Shapes, bodies_of
from deskbell.features.webhooks.calls import CALLING, make_calls
from deskbell.features.webhooks.queries import gathering as queries
from deskbell.features.webhooks.queries.gathering import NewDelivery, Recipients
from deskbell.features.webhooks.records import EVENT_TYPES
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.journal import entries
from deskbell.runtime.journal.following import Handle, Notice
from deskbell.runtime.journal.readers import reader

READER: Final = reader(
    "webhooks",
    "Makes a delivery for each webhook that wants the event.",
    "follows",
    types=lambda: (*EVENT_TYPES, *CALLING),
)
BATCH_SIZE: Final = 100
_log: Final = structlog.get_logger("deskbell.webhooks")


def gather(shapes: Shapes) -> Handle[UnitOfWork]:
    """A handler that makes deliveries, with objects in the shapes of a contract. Four statements or so per organization."""

    async def handle(uow: UnitOfWork, notices: Sequence[Notice]) -> None:
        offered = [
            (each.organization_id, each.id) for each in notices if not each.imported and each.type in EVENT_TYPES
        ]
        wanted: dict[UUID, list[Recipients]] = defaultdict(list)
        for each in await queries.recipients(uow.db, offered) if offered else ():
            wanted[each.organization_id].append(each)
        calling: dict[UUID, list[int]] = defaultdict(list)
        for each_notice in notices:
            if each_notice.type in CALLING:
                calling[each_notice.organization_id].append(each_notice.id)
        for organization_id in wanted.keys() | calling.keys():
            await uow.enter(Actor.system(organization_id))
            if organization_id in calling:
                await make_calls(uow, calling[organization_id], shapes)
            if organization_id in wanted:
                await _deliver(uow, organization_id, wanted[organization_id], shapes)

    return handle


async def _deliver(uow: UnitOfWork, organization_id: UUID, wanted: list[Recipients], shapes: Shapes) -> None:
    found = await entries.by_ids(uow.db, [each.event_id for each in wanted])
    bodies = await bodies_of(uow.db, list(found.values()), shapes)
    new = [
        NewDelivery(
            id=new_id(), webhook_id=webhook_id, event_id=entry.id, ticket_id=entry.event.about_ticket,
            type=entry.event.type, body=bodies[entry.id],
        )
        for each in wanted
        if (entry := found.get(each.event_id)) is not None
        for webhook_id in each.webhook_ids
    ]  # fmt: skip
    if len(found) < len(wanted):  # one unreadable event must not stop all that follow
        lost = sorted({each.event_id for each in wanted} - found.keys())
        _log.error("events cannot be read and are not delivered", organization_id=str(organization_id), events=lost)
    await queries.add_deliveries(uow.db, organization_id, new, uow.now)

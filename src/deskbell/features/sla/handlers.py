"""Applies new targets to open tickets."""

from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.json import decode

from deskbell.features.sla.events import SlaPolicyUpdated
from deskbell.features.sla.queries import clocks as queries
from deskbell.features.tickets.queries.deadlines import policy_in_force, write_deadlines
from deskbell.features.tickets.service.deadlines import record_alarms
from deskbell.kernel.actor import Actor
from deskbell.kernel.deadlines import advanced, alarms_between
from deskbell.kernel.events import JournalEntry
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue, job, on
from deskbell.runtime.tools import Tools

_BATCH_SIZE: Final = 200
_SETTLING_SECONDS: Final = 10.0
"""A ticket that is being created may still get the old targets: a last pass follows after this time."""


class Retarget(Struct, frozen=True):
    """Payload of the job that applies a priority's targets to its tickets. `last` marks the final pass."""

    organization_id: UUID
    priority: str
    last: bool = False


@on(SlaPolicyUpdated)
async def apply_targets(uow: UnitOfWork, recorded: JournalEntry[SlaPolicyUpdated], _tools: Tools) -> None:
    """Starts applying the new targets to the open tickets of the priority."""
    await enqueue(uow, retarget_tickets, Retarget(recorded.organization_id, recorded.event.priority))


@job()
async def retarget_tickets(tools: Tools, payload: bytes) -> None:
    """Applies the current targets to a batch of tickets and enqueues the rest.

    Safe to run twice: tickets that have the targets are not found again.
    """
    task = decode(payload, type=Retarget)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        policy = await policy_in_force(uow.db, task.priority)
        found = await queries.outdated(uow.db, task.priority, policy, _BATCH_SIZE)
        after = [advanced(before, uow.now, before.status, policy=policy) for _, before in found]
        await write_deadlines(uow.db, [ticket_id for ticket_id, _ in found], after)
        for (ticket_id, before), now in zip(found, after, strict=True):
            breaches = [alarm for alarm in alarms_between(before, now) if alarm.kind == "breach"]
            record_alarms(uow, ticket_id, breaches)
        if len(found) == _BATCH_SIZE:
            await enqueue(uow, retarget_tickets, Retarget(task.organization_id, task.priority))
        elif not task.last:
            again = Retarget(task.organization_id, task.priority, last=True)
            await enqueue(uow, retarget_tickets, again, delay_seconds=_SETTLING_SECONDS)

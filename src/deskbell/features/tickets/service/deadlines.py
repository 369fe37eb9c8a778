"""A ticket's service level follows from its changes, in the same write."""

from collections.abc import Iterable
from uuid import UUID

import msgspec
from msgspec import UNSET

from deskbell.features.tickets.events import SlaBreached, SlaWarning
from deskbell.features.tickets.queries.deadlines import policy_in_force
from deskbell.features.tickets.records import ResolvedChanges, Ticket
from deskbell.features.tickets.service.creating import Seen, once
from deskbell.kernel.access import step
from deskbell.kernel.changes import applied
from deskbell.kernel.deadlines import Alarm, advanced, alarms_between
from deskbell.kernel.words import DONE
from deskbell.runtime.database import UnitOfWork


@step("commands that authorise their actor")
async def with_deadlines(
    uow: UnitOfWork, ticket: Ticket, changes: ResolvedChanges, seen: Seen | None = None
) -> ResolvedChanges:
    """The changes of a locked ticket with the service level that follows from them.

    A breach whose moment has just passed and that is not marked yet is marked and recorded here. The targets are read
    again where they may have changed: with the priority, and when a ticket that was done is opened again.
    """
    before = ticket.deadlines
    moves = (changes.status, changes.priority, changes.first_response_at)
    if before is None or all(value is UNSET for value in moves):
        return changes
    changed = applied(ticket, changes)
    status, priority = changed.status, changed.priority
    retarget = priority != ticket.priority or (ticket.done and status not in DONE)
    after = advanced(
        before,
        uow.now,
        status,
        answered=changes.first_response_at is not UNSET,
        policy=await once(seen, "policy", priority, lambda: policy_in_force(uow.db, priority)) if retarget else None,
    )
    record_alarms(uow, ticket.id, [alarm for alarm in alarms_between(before, after) if alarm.kind == "breach"])
    return msgspec.structs.replace(changes, deadlines=after)


@step("commands that authorise their actor")
def record_alarms(uow: UnitOfWork, ticket_id: UUID, alarms: Iterable[Alarm]) -> None:
    """Records events for newly marked warnings and breaches."""
    for alarm in alarms:
        kind = SlaBreached if alarm.kind == "breach" else SlaWarning
        uow.record(kind(ticket_id=ticket_id, target=alarm.target, due_at=alarm.due_at))

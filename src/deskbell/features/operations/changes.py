"""One person's change of one ticket that woke rules, as an operation: read from the journal on request."""

from typing import Final
from uuid import UUID

from deskbell.features.operations import queries
from deskbell.features.operations.records import Operation
from deskbell.features.rules.bounds import MAX_EVENTS
from deskbell.features.tickets.bulk_records import BulkOutcome
from deskbell.features.tickets.queries import past
from deskbell.features.tickets.queries.tickets import find_all_visible
from deskbell.features.tickets.service.moved import moved_between
from deskbell.kernel.access import step
from deskbell.kernel.errors import Conflict, NotFound
from deskbell.runtime.database import UnitOfWork

MOST: Final = 1_000
"""The number of events that one change with all that follows can have; the bounds of rules keep it far below."""


@step("commands that authorise their actor")
async def find(uow: UnitOfWork, operation_id: UUID) -> Operation | None:
    """The change, if this is the operation of one ticket that a person began and in which a rule fired."""
    events = await queries.events_of(uow.db, operation_id, MOST + 1)
    if not 0 < len(events) <= MOST or len({each.ticket_id for each in events}) > 1:
        return None
    first = events[0]
    fired = any(each.type == "rule.fired" for each in events)
    if not fired or first.rule_id is not None or first.actor_id is None:
        return None
    if not await queries.is_member(uow.db, first.actor_id):
        return None
    return Operation(
        id=operation_id, kind="change", state="done", actor_id=first.actor_id, api_key_id=None, scopes=None, changes=None,
        undoes=None, undone_by=None, total=1, done=1, refused=0, created_at=first.at, finished_at=events[-1].at,
    )  # fmt: skip


@step("the undo of a change, which authorises its actor")
async def outcome_of(uow: UnitOfWork, change: Operation) -> BulkOutcome:
    """The ticket of a change with the moments that it moved. Raises `NotFound`, `Conflict` for a ticket with too long a past."""
    (ticket_id,) = {each.ticket_id for each in await queries.events_of(uow.db, change.id, MOST)}
    counts = await past.event_counts(uow.db, [ticket_id], MAX_EVENTS + 1)
    if counts.get(ticket_id, 0) > MAX_EVENTS:
        raise Conflict("operation.too_many_events")
    ticket = (await find_all_visible(uow.db, uow.actor, [ticket_id])).get(ticket_id)
    if ticket is None:
        raise NotFound("operation")
    events = await past.events_of(uow.db, ticket_id)
    return BulkOutcome(ticket_id, ok=True, moments=moved_between(ticket, events, change.id))

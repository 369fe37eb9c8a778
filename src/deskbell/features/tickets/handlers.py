"""What tickets do by the clock and because of others: deleted ones are purged, those of somebody who left are freed."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from deskbell.features.accounts.events import MemberRemoved
from deskbell.features.tickets.events import TicketPurged
from deskbell.features.tickets.queries import purging as queries
from deskbell.features.tickets.queries import tickets
from deskbell.features.tickets.records import TicketChanges
from deskbell.features.tickets.service import bulk_update
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import Recorded
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import job, on
from deskbell.runtime.tools import Tools

__all__ = ["free_tickets_of_removed", "purge_deleted"]

_AT_ONCE: Final = 100


@on(MemberRemoved)
async def free_tickets_of_removed(uow: UnitOfWork, recorded: Recorded, _tools: Tools) -> None:
    """Takes the unfinished tickets of a staff member who was removed from them, so that somebody else picks them up."""
    event = recorded.event
    if not isinstance(event, MemberRemoved) or event.role == Role.CUSTOMER:
        return
    while ticket_ids := await tickets.unfinished_of(uow.db, event.user_id, _AT_ONCE):
        outcomes = await bulk_update(uow, ticket_ids, TicketChanges(assignee_id=None))
        if not any(outcome.ok for outcome in outcomes):
            return


@job(schedule="23 * * * *")
async def purge_deleted(tools: Tools, _payload: bytes) -> None:
    """Removes tickets that were deleted longer ago than `DESKBELL_TICKET_RETENTION_DAYS`, a batch per transaction."""
    before = utc_now() - timedelta(days=tools.settings.ticket_retention_days)
    passed_over: set[UUID] = set()
    while True:
        async with tools.database.unit(None) as uow:
            organizations = set(await queries.organizations_to_purge(uow.db, before, _AT_ONCE)) - passed_over
        if not organizations:
            return
        for organization_id in organizations:
            async with tools.database.unit(Actor.system(organization_id)) as uow:
                ticket_ids = await queries.lock_deleted_before(uow.db, before, _AT_ONCE)
                if not ticket_ids:  # somebody is at work on them: they wait for the next time
                    passed_over.add(organization_id)
                    continue
                await queries.purge(uow.db, organization_id, ticket_ids, uow.now)
                for ticket_id in ticket_ids:
                    uow.record(TicketPurged(ticket_id=ticket_id))

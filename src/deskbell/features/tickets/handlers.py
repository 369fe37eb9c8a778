"""Purging: tickets that were deleted some time ago are removed for good."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from deskbell.features.tickets.events import TicketPurged
from deskbell.features.tickets.queries import purging as queries
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

__all__ = ["purge_deleted"]

_AT_ONCE: Final = 100


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

"""What tickets do by the clock and because of others: deleted ones are purged, and they let go of who or what is gone."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.access.events import MemberRemoved
from deskbell.features.categories.events import CategoryDeleted
from deskbell.features.groups.events import GroupDeleted
from deskbell.features.tags.events import TagDeleted
from deskbell.features.tickets.events import TicketPurged
from deskbell.features.tickets.queries import leaving, tickets
from deskbell.features.tickets.queries import purging as queries
from deskbell.features.tickets.queries.leaving import Deleted
from deskbell.features.tickets.records import TicketChanges
from deskbell.features.tickets.service import bulk_update
from deskbell.features.tickets.service.letting_go import take_off
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import Recorded
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue, job, on
from deskbell.runtime.tools import Tools

__all__ = ["free_tickets_of_removed", "let_go_of_deleted", "purge_deleted", "take_off_deleted"]

_AT_ONCE: Final = 100
_PAUSE_SECONDS: Final = 0.3
"""Between two batches that a deletion takes off tickets: what follows from each change (people told, webhooks called)
keeps up, and everybody else's does not wait behind it."""


class _TakingOff(Struct, frozen=True):
    organization_id: UUID
    actor_id: UUID | None
    deleted: Deleted


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


@on(GroupDeleted, TagDeleted, CategoryDeleted)
async def let_go_of_deleted(uow: UnitOfWork, recorded: Recorded, _tools: Tools) -> None:
    """Has what was deleted taken off the tickets that the deletion itself left because they were many."""
    match recorded.event:
        case GroupDeleted(group_id=deleted_id):
            deleted = Deleted("group", deleted_id)
        case TagDeleted(tag_id=deleted_id):
            deleted = Deleted("tag", deleted_id)
        case CategoryDeleted(category_id=deleted_id):
            deleted = Deleted("category", deleted_id)
        case _:
            return
    if await leaving.is_leaving(uow.db, deleted):
        await enqueue(uow, take_off_deleted, _TakingOff(recorded.organization_id, recorded.actor_id, deleted))


@job()
async def take_off_deleted(tools: Tools, payload: bytes) -> None:
    """Takes what was deleted off some tickets, as whoever deleted it, and queues itself again until none has it."""
    task = msgspec.json.decode(payload, type=_TakingOff)
    actor = msgspec.structs.replace(Actor.system(task.organization_id), user_id=task.actor_id)
    async with tools.database.unit(actor) as uow:
        if not await take_off(uow, task.deleted, _AT_ONCE):
            await enqueue(uow, take_off_deleted, task, delay_seconds=_PAUSE_SECONDS)


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

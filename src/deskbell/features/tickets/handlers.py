"""Jobs and reactions of tickets: purging deleted ones, and removing references to deleted people, groups, tags, categories."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.access.events import MemberRemoved
from deskbell.features.brands.events import BrandDeleted
from deskbell.features.categories.events import CategoryDeleted
from deskbell.features.groups.events import GroupDeleted
from deskbell.features.tags.events import TagDeleted
from deskbell.features.tickets.events import TicketPurged
from deskbell.features.tickets.queries import deleted_references, tickets
from deskbell.features.tickets.queries import purging as queries
from deskbell.features.tickets.queries.deleted_references import DeletedReference
from deskbell.features.tickets.records import TicketChanges
from deskbell.features.tickets.service import bulk_update
from deskbell.features.tickets.service.detaching import detach_from_tickets
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import JournalEntry, Recorded
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue, job, on
from deskbell.runtime.tools import Tools

_BATCH_SIZE: Final = 100
_PAUSE_SECONDS: Final = 0.3
"""Between two batches of tickets that lose a deleted reference, so that the notifications and webhooks of their changes do
not hold up those of others."""


class _Detaching(Struct, frozen=True):
    organization_id: UUID
    actor_id: UUID | None
    deleted: DeletedReference


@on(MemberRemoved)
async def free_tickets_of_removed(uow: UnitOfWork, recorded: JournalEntry[MemberRemoved], _tools: Tools) -> None:
    """Unassigns the unfinished tickets of a removed staff member."""
    event = recorded.event
    if event.role == Role.CUSTOMER:
        return
    while ticket_ids := await tickets.unfinished_of(uow.db, event.user_id, _BATCH_SIZE):
        outcomes = await bulk_update(uow, ticket_ids, TicketChanges(assignee_id=None))
        if not any(outcome.ok for outcome in outcomes):
            return


@on(GroupDeleted)
async def detach_deleted_group(uow: UnitOfWork, recorded: JournalEntry[GroupDeleted], _tools: Tools) -> None:
    """Queues the removal of a deleted group from its tickets."""
    await _queue_detaching(uow, recorded, DeletedReference("group", recorded.event.group_id))


@on(TagDeleted)
async def detach_deleted_tag(uow: UnitOfWork, recorded: JournalEntry[TagDeleted], _tools: Tools) -> None:
    """Queues the removal of a deleted tag from its tickets."""
    await _queue_detaching(uow, recorded, DeletedReference("tag", recorded.event.tag_id))


@on(CategoryDeleted)
async def detach_deleted_category(uow: UnitOfWork, recorded: JournalEntry[CategoryDeleted], _tools: Tools) -> None:
    """Queues the removal of a deleted category from its tickets."""
    await _queue_detaching(uow, recorded, DeletedReference("category", recorded.event.category_id))


@on(BrandDeleted)
async def detach_deleted_brand(uow: UnitOfWork, recorded: JournalEntry[BrandDeleted], _tools: Tools) -> None:
    """Queues the removal of a deleted brand from its tickets."""
    await _queue_detaching(uow, recorded, DeletedReference("brand", recorded.event.brand_id))


async def _queue_detaching(uow: UnitOfWork, recorded: Recorded, deleted: DeletedReference) -> None:
    if await deleted_references.is_stored(uow.db, deleted):
        task = _Detaching(recorded.organization_id, recorded.actor_id, deleted)
        await enqueue(uow, detach_from_some_tickets, task)


@job()
async def detach_from_some_tickets(tools: Tools, payload: bytes) -> None:
    """Removes a deleted group, tag or category from a batch of tickets in the name of the person who deleted it.

    It queues itself again until no ticket refers to it.
    """
    task = msgspec.json.decode(payload, type=_Detaching)
    actor = msgspec.structs.replace(Actor.system(task.organization_id), user_id=task.actor_id)
    async with tools.database.unit(actor) as uow:
        if not await detach_from_tickets(uow, task.deleted, _BATCH_SIZE):
            await enqueue(uow, detach_from_some_tickets, task, delay_seconds=_PAUSE_SECONDS)


@job(schedule="23 * * * *")
async def purge_deleted(tools: Tools, _payload: bytes) -> None:
    """Removes tickets that were deleted longer ago than `DESKBELL_TICKET_RETENTION_DAYS`, a batch per transaction."""
    before = utc_now() - timedelta(days=tools.settings.ticket_retention_days)
    passed_over: set[UUID] = set()
    while True:
        async with tools.database.unit(None) as uow:
            organizations = set(await queries.organizations_to_purge(uow.db, before, _BATCH_SIZE)) - passed_over
        if not organizations:
            return
        for organization_id in organizations:
            async with tools.database.unit(Actor.system(organization_id)) as uow:
                ticket_ids = await queries.lock_deleted_before(uow.db, before, _BATCH_SIZE)
                if not ticket_ids:  # locked by other requests: left for the next run
                    passed_over.add(organization_id)
                    continue
                await queries.purge(uow.db, organization_id, ticket_ids, uow.now)
                for ticket_id in ticket_ids:
                    uow.record(TicketPurged(ticket_id=ticket_id))

"""Jobs and reactions of tickets: purging deleted ones, and removing references to deleted people, groups, tags, categories."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.access.events import MemberRemoved
from deskbell.features.brands.events import BrandDeleted
from deskbell.features.categories.events import CategoryDeleted, CategoryMerged
from deskbell.features.fields import queries as field_queries
from deskbell.features.fields import service as fields
from deskbell.features.fields.configuration import current
from deskbell.features.fields.events import (
    FieldCreated,
    FieldDeleted,
    FieldRestored,
    FieldUpdated,
    FormCreated,
    FormDeleted,
    FormUpdated,
)
from deskbell.features.groups.events import GroupDeleted
from deskbell.features.people.queries import contact_values
from deskbell.features.people.service import contact_fields
from deskbell.features.tags.events import TagDeleted, TagMerged
from deskbell.features.tickets.events import TicketPurged
from deskbell.features.tickets.queries import deleted_references, tickets, values
from deskbell.features.tickets.queries import purging as queries
from deskbell.features.tickets.queries.deleted_references import DeletedReference
from deskbell.features.tickets.records import ResolvedChanges, TicketChanges
from deskbell.features.tickets.service import bulk_update
from deskbell.features.tickets.service.changing import write
from deskbell.features.tickets.service.detaching import detach_from_tickets
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import JournalEntry, Recorded
from deskbell.kernel.fields import TEXTS
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


@on(TagMerged)
async def replace_merged_tag(uow: UnitOfWork, recorded: JournalEntry[TagMerged], _tools: Tools) -> None:
    """Queues the replacement of a merged tag on its tickets."""
    await _queue_detaching(uow, recorded, DeletedReference("tag", recorded.event.tag_id))


@on(CategoryDeleted)
async def detach_deleted_category(uow: UnitOfWork, recorded: JournalEntry[CategoryDeleted], _tools: Tools) -> None:
    """Queues the removal of a deleted category from its tickets."""
    await _queue_detaching(uow, recorded, DeletedReference("category", recorded.event.category_id))


@on(CategoryMerged)
async def replace_merged_category(uow: UnitOfWork, recorded: JournalEntry[CategoryMerged], _tools: Tools) -> None:
    """Queues the replacement of a merged category on its tickets."""
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


_INDEXED: Final = 500
"""Tickets whose values of a field are indexed in one transaction."""
_DAYS_TO_RETURN: Final = 30
"""The time in which a deleted field can be restored."""


class _Indexing(Struct, frozen=True):
    organization_id: UUID
    field_key: str
    after: UUID | None = None


@on(FieldCreated)
async def index_new_field(uow: UnitOfWork, recorded: JournalEntry[FieldCreated], _tools: Tools) -> None:
    """Queues the search for values that tickets had under the name of a field before it was defined."""
    await enqueue(uow, index_field, _Indexing(recorded.organization_id, recorded.event.key))


@on(FieldUpdated)
async def index_changed_field(uow: UnitOfWork, recorded: JournalEntry[FieldUpdated], _tools: Tools) -> None:
    """Queues the indexing of a field whose type or decimal places changed."""
    if recorded.event.changes.keys() & {"kind", "limits"}:
        await enqueue(uow, index_field, _Indexing(recorded.organization_id, recorded.event.key))


@job()
async def index_field(tools: Tools, payload: bytes) -> None:
    """Indexes a field's values on some tickets or contacts, and queues itself for the next ones."""
    task = msgspec.json.decode(payload, type=_Indexing)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        field = await field_queries.find(uow.db, task.field_key)
        if field is None:
            return
        index: Any = contact_values if field.target == "contact" else values
        ids = await index.ids_after(uow.db, task.after, _INDEXED)
        if ids:
            await index.index_field(uow.db, field.number, ids)
            await enqueue(uow, index_field, msgspec.structs.replace(task, after=ids[-1]))


class _Rewording(Struct, frozen=True):
    organization_id: UUID
    after: UUID | None = None


async def _reword(uow: UnitOfWork, organization_id: UUID) -> None:
    await enqueue(uow, reword_tickets, _Rewording(organization_id))


@on(FieldCreated)
async def reword_for_new_field(uow: UnitOfWork, recorded: JournalEntry[FieldCreated], _tools: Tools) -> None:
    """Queues the search for words that tickets had under the name of a text field before it was defined."""
    if recorded.event.target == "ticket" and recorded.event.kind in TEXTS:
        await _reword(uow, recorded.organization_id)


@on(FieldUpdated)
async def reword_for_changed_field(uow: UnitOfWork, recorded: JournalEntry[FieldUpdated], _tools: Tools) -> None:
    """Queues the rebuilding of search documents after a change of a field's type or of its visibility to customers."""
    if recorded.event.changes.keys() & {"kind", "customer"}:
        await _reword(uow, recorded.organization_id)


@on(FieldDeleted)
async def reword_for_deleted_field(uow: UnitOfWork, recorded: JournalEntry[FieldDeleted], _tools: Tools) -> None:
    """Queues the rebuilding of search documents without the values of a deleted field."""
    await _reword(uow, recorded.organization_id)


@on(FieldRestored)
async def reword_for_restored_field(uow: UnitOfWork, recorded: JournalEntry[FieldRestored], _tools: Tools) -> None:
    """Queues the rebuilding of search documents with the values of a restored field."""
    await _reword(uow, recorded.organization_id)


@on(FormCreated)
async def reword_for_new_form(uow: UnitOfWork, recorded: JournalEntry[FormCreated], _tools: Tools) -> None:
    """Queues the rebuilding of search documents: a form may hide fields from customers."""
    await _reword(uow, recorded.organization_id)


@on(FormUpdated)
async def reword_for_changed_form(uow: UnitOfWork, recorded: JournalEntry[FormUpdated], _tools: Tools) -> None:
    """Queues the rebuilding of search documents after a change of the fields that a form shows customers."""
    if "items" in recorded.event.changes:
        await _reword(uow, recorded.organization_id)


@on(FormDeleted)
async def reword_for_deleted_form(uow: UnitOfWork, recorded: JournalEntry[FormDeleted], _tools: Tools) -> None:
    """Queues the rebuilding of search documents: a form may have hidden fields from customers."""
    await _reword(uow, recorded.organization_id)


@job()
async def reword_tickets(tools: Tools, payload: bytes) -> None:
    """Rebuilds the search documents of some tickets with values, and queues itself for the next ones."""
    task = msgspec.json.decode(payload, type=_Rewording)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        known = await current(uow.db, task.organization_id)
        ticket_ids = await values.ids_after(uow.db, task.after, _INDEXED) if known.version else []
        if ticket_ids:
            await values.reword(uow.db, ticket_ids)
            await enqueue(uow, reword_tickets, msgspec.structs.replace(task, after=ticket_ids[-1]))


@job(schedule="41 3 * * *")
async def purge_deleted_fields(tools: Tools, _payload: bytes) -> None:
    """Removes fields that were deleted 30 days ago, and before them their values, a batch of tickets per transaction."""
    before = utc_now() - timedelta(days=_DAYS_TO_RETURN)
    async with tools.database.unit(None) as uow:
        purgeable = await field_queries.purgeable(uow.db, before)
    for organization_id, field_id in purgeable:
        more = True
        while more:
            async with tools.database.unit(Actor.system(organization_id)) as uow:
                more = await _purge_field(uow, field_id, before)


async def _purge_field(uow: UnitOfWork, field_id: UUID, before: datetime) -> bool:
    """Takes a field's values off some tickets or contacts, or removes the field once none has any; True if there is more."""
    field = await field_queries.find_deleted(uow.db, field_id, before)
    if field is None:
        return False
    if field.target == "contact":
        taken = await contact_fields.take_off(uow, field, _BATCH_SIZE)
        if not taken and not await contact_values.has_values(uow.db, field.number):
            await fields.purge(uow, field)
        return bool(taken)
    ticket_ids = await values.lock_tickets_with(uow.db, field.number, _BATCH_SIZE)
    for ticket in (await tickets.by_ids(uow.db, ticket_ids)).values() if ticket_ids else ():
        left = [each for each in ticket.custom_fields if each.name != field.key]
        await write(uow, ticket, ResolvedChanges(custom_fields=left))
    if not ticket_ids and not await values.has_values(uow.db, field.number):
        await fields.purge(uow, field)
    return bool(ticket_ids)

"""Commands on many tickets: immediately, or as a job where a query names the tickets; and undoing them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.operations import changes, queries
from deskbell.features.operations.events import OperationUndone
from deskbell.features.operations.handlers import put_in_queue
from deskbell.features.operations.records import (
    MAX_TICKETS,
    Bulk,
    Details,
    Operation,
    OperationKind,
)
from deskbell.features.organizations.queries import undo_days
from deskbell.features.rules.events import RuleUndone
from deskbell.features.rules.undoing import RuleUndo, batch_within, take_back, tickets_to_undo
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.bulk_records import BulkOutcome
from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.records import TicketChanges
from deskbell.features.tickets.service.changing import resolve_changes
from deskbell.features.tickets.service.listing import ids_matching
from deskbell.features.tickets.service.reversing import reverse
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import Fragment, sql

__all__ = [
    "bulk_delete", "bulk_update", "delete_matching", "get", "list_operations", "macro_applied", "undo", "undo_rule",
    "update_matching",
]  # fmt: skip

IMMEDIATE: Final = 100
"""An undo of more tickets is a job."""


async def bulk_update(uow: UnitOfWork, ticket_ids: Sequence[UUID], changes: TicketChanges) -> Bulk:
    """Applies changes to these tickets. A refusal for one does not affect the others."""
    uow.actor.require(Permission.TICKET_UPDATE)
    outcomes = await tickets.bulk_update(uow, ticket_ids, changes)
    return await _finished(uow, "update", outcomes, changes=changes)


async def bulk_delete(uow: UnitOfWork, ticket_ids: Sequence[UUID]) -> Bulk:
    """Hides these tickets."""
    uow.actor.require(Permission.TICKET_DELETE)
    return await _finished(uow, "delete", await tickets.bulk_delete(uow, ticket_ids))


async def undo_rule(uow: UnitOfWork, undo: RuleUndo) -> Details:
    """Takes back what a rule did, by an operation: immediately, or by a job where it is about more than `IMMEDIATE` tickets.

    Raises `NotFound` for an unknown rule, `Invalid` for a time that is too long ago.
    """
    uow.actor.require(Permission.RULE_MANAGE, Permission.TICKET_UPDATE, Permission.TICKET_ASSIGN)
    days = await undo_days(uow.db)
    if undo.since >= undo.until or undo.since < uow.now - timedelta(days=days):
        raise Invalid.field("since", "operation.too_old", days=days)
    ticket_ids = await tickets_to_undo(uow, undo, MAX_TICKETS + 1)
    if len(ticket_ids) > MAX_TICKETS:
        raise Invalid.field("since", "bulk.too_many", limit=MAX_TICKETS)
    if len(ticket_ids) > IMMEDIATE or len(await batch_within(uow, ticket_ids)) < len(ticket_ids):
        bulk = await _queued(uow, "rule", ticket_ids, rule=undo)
    else:
        bulk = await _finished(uow, "rule", await take_back(uow, undo, ticket_ids), rule=undo)
    uow.record(RuleUndone(rule_id=undo.rule_id, since=undo.since, redo=undo.redo, tickets=len(ticket_ids)))
    return await _details(uow, bulk.operation)


@step("the use of a macro, which has authorised its actor for each ticket")
async def macro_applied(uow: UnitOfWork, outcomes: list[BulkOutcome]) -> Bulk:
    """Notes that a macro was applied to tickets in this unit's operation, so that it can be undone."""
    return await _finished(uow, "macro", outcomes)


async def update_matching(uow: UnitOfWork, filters: TicketFilter, expected: int, changes: TicketChanges) -> Bulk:
    """Queues changes of all tickets that a filter selects now.

    Raises `Conflict` when there are not as many as the caller saw, `Invalid` for changes that no ticket could take.
    """
    uow.actor.require(Permission.TICKET_UPDATE)
    if changes.assignee_id is not UNSET or changes.group_id is not UNSET:
        uow.actor.require(Permission.TICKET_ASSIGN)
    ticket_ids = await _expected(uow, filters, expected)
    if ticket_ids:  # what is refused for one of them by its references is refused for all
        await resolve_changes(uow, await tickets.get_locked(uow, ticket_ids[0]), changes)
    return await _queued(uow, "update", ticket_ids, changes=changes)


async def delete_matching(uow: UnitOfWork, filters: TicketFilter, expected: int) -> Bulk:
    """Queues the deletion of all tickets that a filter selects now. Raises `Conflict` as `update_matching`."""
    uow.actor.require(Permission.TICKET_DELETE)
    return await _queued(uow, "delete", await _expected(uow, filters, expected))


async def _expected(uow: UnitOfWork, filters: TicketFilter, expected: int) -> list[UUID]:
    found = await ids_matching(uow, filters, MAX_TICKETS)
    if len(found) > MAX_TICKETS:
        raise Invalid.field("query", "bulk.too_many", limit=MAX_TICKETS)
    if len(found) != expected:
        raise Conflict("bulk.other_count", count=len(found), details={"count": len(found)})
    return found


async def list_operations(uow: UnitOfWork, page: PageRequest) -> Page[Operation]:
    """The actor's operations, or those of all members with `tickets:bulk`, latest first."""
    uow.actor.require(Permission.TICKET_UPDATE)
    return await queries.page_of(uow.db, _seen_by(uow.actor), page)


async def get(uow: UnitOfWork, operation_id: UUID) -> Details:
    """An operation with what came of it. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_UPDATE)
    operation = await queries.find(uow.db, operation_id, _seen_by(uow.actor))
    if operation is None:
        operation = await _change(uow, operation_id)
    return await _details(uow, operation)


async def undo(uow: UnitOfWork, operation_id: UUID) -> Details:
    """Undoes an operation, by an operation: immediately, or by a job where it changed more than `IMMEDIATE` tickets.

    Raises `NotFound`, and `Conflict` for one that goes on, is undone already, or ended too long ago.
    """
    uow.actor.require(Permission.TICKET_UPDATE)
    undone = await queries.find(uow.db, operation_id, _seen_by(uow.actor), lock=True)
    if undone is None:
        undone = await _kept_change(uow, operation_id)
    if undone.finished_at is None:
        raise Conflict("operation.running")
    if undone.undone_by is not None:
        raise Conflict("operation.undone")
    days = await undo_days(uow.db)
    if undone.finished_at < uow.now - timedelta(days=days):
        raise Conflict("operation.too_old", days=days)
    if undone.kind == "delete":
        uow.actor.require(Permission.TICKET_DELETE)
    count = await queries.count_done(uow.db, undone.id)
    if count > IMMEDIATE:
        bulk = await _queued(uow, "undo", (), undoes=undone.id, total=count)
        await queries.add_waiting_of(uow.db, bulk.operation.id, undone.id)
    else:
        moved = await queries.moved_by(uow.db, undone.id)
        moments = {each.ticket_id: each.moments for each in moved if each.moments is not None}
        outcomes = await reverse(uow, undone.id, [each.ticket_id for each in moved], moments)
        bulk = await _finished(uow, "undo", outcomes, undoes=undone.id)
    await queries.update(uow.db, replace(undone, undone_by=bulk.operation.id))
    uow.record(OperationUndone(undone_id=undone.id, tickets=count))
    return await _details(uow, bulk.operation)


async def _change(uow: UnitOfWork, operation_id: UUID) -> Operation:
    """A change that woke rules and is not kept as an operation. Raises `NotFound`, also for that of another person."""
    change = await changes.find(uow, operation_id)
    if change is None or not (uow.actor.may(Permission.TICKET_BULK_ANY) or change.actor_id == uow.actor.user_id):
        raise NotFound("operation")
    return change


async def _kept_change(uow: UnitOfWork, operation_id: UUID) -> Operation:
    """A change that woke rules, kept from now on and locked: of two people who undo it one comes second."""
    change = await _change(uow, operation_id)
    outcome = await changes.outcome_of(uow, change)
    if await queries.add_once(uow.db, uow.actor.organization_id, change):
        await queries.add_outcomes(uow.db, uow.actor.organization_id, change.id, [outcome])
    kept = await queries.find(uow.db, operation_id, sql("true"), lock=True)
    assert kept is not None  # it has just been added, by this unit or by one that has committed
    return kept


def _seen_by(actor: Actor) -> Fragment:
    return sql("true") if actor.may(Permission.TICKET_BULK_ANY) else sql("o.actor_id = {}", actor.user_id)


async def _details(uow: UnitOfWork, operation: Operation) -> Details:
    notable = await queries.notable(uow.db, operation.id)
    return Details(operation=operation, notable=notable, outside=await queries.outside(uow.db, operation.id))


def _begun(
    uow: UnitOfWork,
    kind: OperationKind,
    total: int,
    changes: TicketChanges | None,
    undoes: UUID | None,
    rule: RuleUndo | None,
) -> Operation:
    uow.begin_operation()
    actor, operation_id = uow.actor, uow.origin.operation_id
    assert operation_id is not None  # it has just begun
    return Operation(
        id=operation_id, kind=kind, state="waiting", actor_id=actor.id, api_key_id=actor.api_key_id,
        scopes=None if actor.scopes is None else list(actor.scopes), changes=changes, rule=rule, undoes=undoes, undone_by=None,
        total=total, done=0, refused=0, created_at=uow.now, finished_at=None,
    )  # fmt: skip


async def _finished(
    uow: UnitOfWork,
    kind: OperationKind,
    outcomes: list[BulkOutcome],
    *,
    changes: TicketChanges | None = None,
    undoes: UUID | None = None,
    rule: RuleUndo | None = None,
) -> Bulk:
    begun = _begun(uow, kind, len(outcomes), changes, undoes, rule)
    refused = sum(not each.ok for each in outcomes)
    operation = replace(begun, state="done", done=len(outcomes), refused=refused, finished_at=uow.now)
    await queries.add(uow.db, uow.actor.organization_id, operation)
    await queries.add_outcomes(uow.db, uow.actor.organization_id, operation.id, outcomes)
    return Bulk(operation=operation, outcomes=outcomes)


async def _queued(
    uow: UnitOfWork,
    kind: OperationKind,
    ticket_ids: Sequence[UUID],
    *,
    changes: TicketChanges | None = None,
    undoes: UUID | None = None,
    rule: RuleUndo | None = None,
    total: int | None = None,
) -> Bulk:
    operation = _begun(uow, kind, len(ticket_ids) if total is None else total, changes, undoes, rule)
    await queries.add(uow.db, uow.actor.organization_id, operation)
    await queries.add_waiting(uow.db, uow.actor.organization_id, operation.id, ticket_ids)
    await put_in_queue(uow, operation.id)
    return Bulk(operation=operation, outcomes=[])

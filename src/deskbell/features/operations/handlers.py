"""The job that carries out large operations, a batch per transaction, and the one that deletes old operations."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.operations import queries
from deskbell.features.operations.records import Operation
from deskbell.features.rules.undoing import batch_within, take_back
from deskbell.features.tickets.bulk_records import BulkOutcome
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.records import TicketChanges
from deskbell.features.tickets.service import bulk_delete, bulk_update
from deskbell.features.tickets.service.bulk import refused
from deskbell.features.tickets.service.reversing import reverse
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import DeskbellError, Forbidden
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue, job
from deskbell.runtime.sql import sql
from deskbell.runtime.tools import Tools

BATCH: Final = 500
"""The number of tickets that a job changes in one transaction."""
SHOWN: Final = timedelta(days=30)
"""For so long operations are listed. The journal keeps what they did."""


class _Task(Struct, frozen=True):
    organization_id: UUID
    operation_id: UUID


@step("commands that authorise their actor")
async def put_in_queue(uow: UnitOfWork, operation_id: UUID) -> None:
    """Queues the job that carries out an operation."""
    await enqueue(uow, continue_operation, _Task(uow.actor.organization_id, operation_id))


@job()
async def continue_operation(tools: Tools, payload: bytes) -> None:
    """Does a batch of an operation's tickets in the name of the person who began it, and queues itself for the rest."""
    task = msgspec.json.decode(payload, type=_Task)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        if await proceed(uow, task.operation_id):
            await put_in_queue(uow, task.operation_id)


@step("the job that carries out operations, as their actor, whose command was authorised when it began")
async def proceed(uow: UnitOfWork, operation_id: UUID) -> bool:
    """Does the next batch; returns whether tickets are left. Safe to run twice: the operation is locked."""
    operation = await queries.find(uow.db, operation_id, sql("true"), lock=True)
    if operation is None or operation.state == "done":
        return False
    uow.origin = replace(uow.origin, operation_id=operation.id)
    waiting = await queries.waiting(uow.db, operation.id, BATCH)
    ticket_ids = await batch_within(uow, waiting) if operation.kind == "rule" else waiting
    outcomes = await _outcomes(uow, operation, ticket_ids)
    missing = [each.id for each in outcomes if not each.found]
    await queries.leave_out(uow.db, operation.id, missing)
    await queries.add_outcomes(uow.db, uow.actor.organization_id, operation.id, outcomes)
    left = len(waiting) == BATCH or len(ticket_ids) < len(waiting)
    await queries.update(
        uow.db,
        replace(
            operation, state="running" if left else "done", done=operation.done + len(outcomes),
            refused=operation.refused + sum(not each.ok for each in outcomes), finished_at=None if left else uow.now,
        ),
    )  # fmt: skip
    return left


async def _outcomes(uow: UnitOfWork, operation: Operation, ticket_ids: Sequence[UUID]) -> list[BulkOutcome]:
    """The results for a batch. A person who may not do it any more is refused for all of them."""
    try:
        person = await references.find_person(uow.db, operation.actor_id)
        if person is None:
            raise Forbidden
        scopes = None if operation.scopes is None else tuple(operation.scopes)
        actor = Actor(uow.actor.organization_id, person.id, person.role, api_key_id=operation.api_key_id, scopes=scopes)
        await uow.enter(actor)
        match operation.kind:
            case "update":
                return await bulk_update(uow, ticket_ids, operation.changes or TicketChanges())
            case "delete":
                return await bulk_delete(uow, ticket_ids)
            case "macro" | "change":
                raise LookupError("a macro is applied, and a change made, by its request, never by a job")
            case "rule":
                assert operation.rule is not None
                return await take_back(uow, operation.rule, ticket_ids)
            case "undo":
                assert operation.undoes is not None
                moved = await queries.moved_by(uow.db, operation.undoes, ticket_ids)
                moments = {each.ticket_id: each.moments for each in moved if each.moments is not None}
                return await reverse(uow, operation.undoes, ticket_ids, moments)
    except DeskbellError as refusal:
        return [refused(ticket_id, refusal) for ticket_id in ticket_ids]


@job(schedule="47 4 * * *")
async def delete_old_operations(tools: Tools, _payload: bytes) -> None:
    """Deletes operations that began more than 30 days ago."""
    async with tools.database.unit(None) as uow:
        await queries.delete_before(uow.db, utc_now() - SHOWN)

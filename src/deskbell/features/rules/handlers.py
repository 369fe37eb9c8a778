"""Reactions and jobs of rules: occasions for which no request waits wake them, those that fail often are switched off,
deleted ones go for good after a month."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.json import decode
from msgspec.structs import replace

from deskbell.features.feedback.events import FeedbackReceived
from deskbell.features.organizations.events import OrganizationUpdated
from deskbell.features.rules import scheduling, service
from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.recomputing import Recompute, recompute_moments
from deskbell.features.tickets.events import RuleFailed, SlaBreached, SlaWarning, TicketLinked
from deskbell.features.tickets.queries.rules import rules_version
from deskbell.features.tickets.service.compiling import rules_of
from deskbell.features.tickets.service.firing import fire_on
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import JournalEntry
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue, job, on
from deskbell.runtime.sql import sql
from deskbell.runtime.tools import Tools

MAX_FAILURES: Final = 20
"""A version of a rule that failed so often within an hour is switched off."""
RETURNS_FOR: Final = timedelta(days=30)
"""The time for which a deleted rule can be brought back."""


@on(RuleFailed)
async def switch_off_failing(uow: UnitOfWork, recorded: JournalEntry[RuleFailed], _tools: Tools) -> None:
    """Switches off a rule that fails often. The admins are notified."""
    if recorded.rule_id is None or not await queries.lock_list(uow.db):
        return
    rule = await queries.RULES.find(uow.db, sql("r.id = {} and r.deleted_at is null", recorded.rule_id))
    if rule is None or not rule.enabled or rule.version != recorded.event.version:
        return
    if await queries.failures(uow.db, rule.id, rule.version, uow.now - timedelta(hours=1)) >= MAX_FAILURES:
        await service.switch_off(uow, rule, "failing")


@on(OrganizationUpdated)
async def reschedule(uow: UnitOfWork, recorded: JournalEntry[OrganizationUpdated], _tools: Tools) -> None:
    """Moves the next moments of schedules to another time zone, and those in working time by other opening hours."""
    changes = recorded.event.changes
    if "settings.time_zone" in changes:
        await scheduling.reschedule(uow)
    if not changes.keys().isdisjoint({"settings.time_zone", "settings.hours"}) and await queries.any_by_hours(uow.db):
        await enqueue(uow, recompute_moments, Recompute(uow.actor.organization_id))


class _Wake(Struct, frozen=True):
    """Payload of the job that asks the rules which an event of a ticket wakes."""

    organization_id: UUID
    ticket_id: UUID
    event_id: int
    kind: str
    operation_id: UUID | None
    woken_by: list[str]


@on(SlaWarning, batched=True)
async def wake_on_warning(uow: UnitOfWork, recorded: JournalEntry[SlaWarning], _tools: Tools) -> None:
    """Wakes the rules on `sla.warning`."""
    await _wake(uow, recorded)


@on(SlaBreached, batched=True)
async def wake_on_breach(uow: UnitOfWork, recorded: JournalEntry[SlaBreached], _tools: Tools) -> None:
    """Wakes the rules on `sla.breached`."""
    await _wake(uow, recorded)


@on(FeedbackReceived, batched=True)
async def wake_on_feedback(uow: UnitOfWork, recorded: JournalEntry[FeedbackReceived], _tools: Tools) -> None:
    """Wakes the rules on `feedback.received`."""
    await _wake(uow, recorded, woken_by=["customer"])


@on(TicketLinked, batched=True)
async def wake_on_merge(uow: UnitOfWork, recorded: JournalEntry[TicketLinked], _tools: Tools) -> None:
    """Wakes the rules on `ticket.merged`, of the ticket that was closed and of the one that remains."""
    if recorded.event.merged:
        await _wake(uow, recorded, kind="ticket.merged", woken_by=["person", "staff"])


async def _wake(
    uow: UnitOfWork, recorded: JournalEntry[Any], *, kind: str | None = None, woken_by: Sequence[str] = ()
) -> None:
    """Enqueues the job where a rule is to be asked: it locks the ticket. Without a `kind` it is the event's type."""
    book = await rules_of(uow, await rules_version(uow.db))
    kind = kind or recorded.event.type
    if book.awake(frozenset({kind})).rules:
        task = _Wake(
            uow.actor.organization_id,
            recorded.event.ticket_id,
            recorded.id,
            kind,
            recorded.operation_id,
            list(woken_by),
        )
        await enqueue(uow, wake_rules, task)


@job()
async def wake_rules(tools: Tools, payload: bytes) -> None:
    """Asks the rules that an event of a ticket wakes. Safe to run twice: they fire once in its operation."""
    task = decode(payload, type=_Wake)
    async with tools.database.unit(Actor.system(task.organization_id)) as uow:
        operation_id = task.operation_id or uuid5(task.organization_id, str(task.event_id))
        uow.origin = replace(uow.origin, operation_id=operation_id)
        await fire_on(uow, task.ticket_id, frozenset({task.kind}), frozenset(task.woken_by))


@job(schedule="53 3 * * *")
async def purge_deleted_rules(tools: Tools, _payload: bytes) -> None:
    """Removes rules that were deleted more than 30 days ago."""
    async with tools.database.unit(None) as uow:
        await queries.purge_deleted(uow.db, utc_now() - RETURNS_FOR)

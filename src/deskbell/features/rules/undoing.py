"""Taking back what a rule did to fields of tickets, and setting instead what it would have done as it is now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET, Struct

from deskbell.features.rules.bounds import MAX_EVENTS, first_within
from deskbell.features.rules.circumstances import Circumstances, circumstances_of
from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.records import Rule
from deskbell.features.rules.replaying import Replayer, differing, tested_of
from deskbell.features.rules.trials import compiled_of
from deskbell.features.tickets import policy
from deskbell.features.tickets.bulk_records import BulkOutcome
from deskbell.features.tickets.queries import past
from deskbell.features.tickets.queries import tickets as ticket_queries
from deskbell.features.tickets.records import ResolvedChanges, Ticket
from deskbell.features.tickets.rules import asks_beyond_the_row
from deskbell.features.tickets.service.bulk import moved, refused
from deskbell.features.tickets.service.changing import prepare
from deskbell.features.tickets.service.creating import Seen, tag_ids_of
from deskbell.features.tickets.service.reversing import former_value
from deskbell.features.tickets.service.writes import FIELDS, PastFiring, recorded, ticket_before, with_changes
from deskbell.kernel.access import step
from deskbell.kernel.changes import applied
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import Status
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql

_MERGED: Final = frozenset({"tags", "custom_fields"})
"""Fields of which only the parts that a rule changed are set back."""
_NAMES: Final = {field: name for name, field in FIELDS.items()}


class RuleUndo(Struct, frozen=True, kw_only=True):
    """Which firings of a rule are taken back: those of a time, or of one version in it.

    With `redo`, tickets get what the rule as it is now would have done instead.
    """

    rule_id: UUID
    since: datetime
    until: datetime
    version: int | None = None
    redo: bool = False

    def covers(self, firing: PastFiring) -> bool:
        """Whether it takes a firing back."""
        return (
            firing.rule_id == self.rule_id
            and self.since <= firing.at < self.until
            and self.version in (None, firing.fired.version)
        )


class Ends(Struct, frozen=True):
    """A ticket at the end of its past, as it was and as it would have been; fields that later changes keep."""

    was: Ticket
    would: Ticket
    kept: frozenset[str] = frozenset()


async def tickets_to_undo(uow: UnitOfWork, undo: RuleUndo, limit: int) -> list[UUID]:
    """The tickets of an undo, at most `limit`. Raises `NotFound` for an unknown rule, `Invalid` for a redo of one by
    the clock."""
    uow.actor.require(Permission.RULE_MANAGE, Permission.TICKET_READ)
    rule = await _rule(uow, undo)
    if undo.redo and rule.kind != "trigger":
        raise Invalid.field("redo", "rule.redo_trigger")
    if undo.redo:
        return await past.changed_between(uow.db, undo.since, undo.until, None, limit)
    return await queries.tickets_of_firings(uow.db, undo.rule_id, undo.since, undo.until, undo.version, limit)


async def take_back(uow: UnitOfWork, undo: RuleUndo, ticket_ids: Sequence[UUID]) -> list[BulkOutcome]:
    """Takes back what a rule did to some tickets. It wakes no rule, and is recorded as an operation.

    A field that was changed since is kept, and so is one whose former value does not exist any more.
    """
    uow.actor.require(
        Permission.RULE_MANAGE, Permission.TICKET_READ, Permission.TICKET_UPDATE, Permission.TICKET_ASSIGN
    )
    uow.begin_operation()
    rule = await _rule(uow, undo)
    compiled = compiled_of(rule) if undo.redo and rule.enabled and rule.deleted_at is None else None
    counts = await past.event_counts(uow.db, ticket_ids, MAX_EVENTS + 1)
    short = [each for each in ticket_ids if counts.get(each, 0) <= MAX_EVENTS]
    found = await ticket_queries.lock_many(uow.db, uow.actor, short)
    beyond = compiled is not None and asks_beyond_the_row([compiled])
    known = await circumstances_of(uow, found, undo.since, beyond_the_row=beyond)
    replayer = Replayer(tested_of(rule, compiled), known)
    outcomes: list[BulkOutcome] = []
    written: list[Ticket] = []
    seen: Seen = {}
    for ticket_id in ticket_ids:
        ticket = found.get(ticket_id)
        if ticket is None:
            long = counts.get(ticket_id, 0) > MAX_EVENTS
            refusal = Conflict("operation.too_many_events") if long else NotFound("ticket")
            outcomes.append(refused(ticket_id, refusal, found=long))
            continue
        ends = await _replayed(replayer, ticket, known, undo) if undo.redo else _without(ticket, known, undo)
        changes, kept = await _changes(uow, ticket, ends, seen)
        changed = await prepare(uow, ticket, changes, wakes=False, seen=seen)
        if changed is not ticket:
            written.append(changed)
        outcomes.append(BulkOutcome(ticket_id, ok=True, moments=moved(ticket, changed), kept=kept))
    await ticket_queries.update_many(uow.db, written)
    return outcomes


@step("the command and the job that undo, which authorise their actor")
async def batch_within(uow: UnitOfWork, ticket_ids: Sequence[UUID]) -> Sequence[UUID]:
    """The first of these tickets whose pasts one transaction may read."""
    return first_within(ticket_ids, await past.event_counts(uow.db, ticket_ids, MAX_EVENTS + 1))


async def _rule(uow: UnitOfWork, undo: RuleUndo) -> Rule:
    rule = await queries.RULES.find(uow.db, sql("r.id = {}", undo.rule_id))
    if rule is None:
        raise NotFound("rule")
    return rule


async def _replayed(replayer: Replayer, ticket: Ticket, known: Circumstances, undo: RuleUndo) -> Ends:
    events = known.events.get(ticket.id, [])
    replay = await replayer.replay(ticket, events, known.writes[ticket.id], undo.since)
    return Ends(replay.was or ticket, replay.would or ticket)


def _without(ticket: Ticket, known: Circumstances, undo: RuleUndo) -> Ends:
    """The end of a past without some firings; all else is as recorded."""
    writes = [write for write in known.writes[ticket.id] if write.at >= undo.since]
    if not writes:
        return Ends(ticket, ticket)
    first = writes[0].own[0].id if writes[0].own else writes[0].automations[0].event_id
    was = would = ticket_before(ticket, known.events[ticket.id], first)
    taken: set[str] = set()
    kept: set[str] = set()
    for write in writes:
        was, would = with_changes(was, write.own_changes, write.at), with_changes(would, write.own_changes, write.at)
        if write.last.operation_id not in known.silent:
            kept |= taken & write.own_changes.keys()
        for firing in (*write.automations, *write.firings):
            was = with_changes(was, firing.changes, write.at)
            if undo.covers(firing):
                taken |= firing.changes.keys()
                kept -= firing.changes.keys()
            else:
                would = with_changes(would, firing.changes, write.at)
                kept |= taken & firing.changes.keys()
    return Ends(was, would, frozenset(FIELDS[name] for name in kept - _MERGED))


async def _changes(uow: UnitOfWork, ticket: Ticket, ends: Ends, seen: Seen) -> tuple[ResolvedChanges, tuple[str, ...]]:
    """The changes that make a ticket as it would have been, and the fields that are kept."""
    given: dict[str, Any] = {}
    kept = (
        []
        if ends.was is ends.would
        else sorted(_NAMES[field] for field in ends.kept - differing(ends.was, ends.would).keys())
    )
    for field, (was, would) in differing(ends.was, ends.would).items():
        known, value = await former_value(uow, field, would, seen)
        if not known or recorded(getattr(ticket, field)) != was:
            kept.append(_NAMES[field])
        else:
            given[field] = value
    if "tags" in given:
        given["tag_ids"] = await tag_ids_of(uow, given["tags"])
    changes = ResolvedChanges()
    if "status" in given:
        changes = _in_status(uow, ticket, given["status"], ends)
    if given:
        given |= _anchors(ticket, ends, given)
    return applied(changes, ResolvedChanges(**given)), tuple(kept)


def _anchors(ticket: Ticket, ends: Ends, given: Mapping[str, Any]) -> dict[str, datetime | None]:
    """Since when status and assignee would have been what they are now, unless a change that is kept has moved it since."""
    found: dict[str, datetime | None] = {}
    for name, cause in (("status_since", "status"), ("assigned_since", "assignee")):
        was, would, now = (_since(each, name) for each in (ends.was, ends.would, ticket))
        if cause in given or was == now != would:
            found[name] = would
    return found


def _since(ticket: Ticket, name: str) -> datetime | None:
    """A moment of a ticket, that of its creation where no change has moved it."""
    if name == "assigned_since" and ticket.assignee is None:
        return None
    return getattr(ticket, name) or ticket.created_at


def _in_status(uow: UnitOfWork, ticket: Ticket, status: Status, ends: Ends) -> ResolvedChanges:
    """A status with the moments that it would have had."""
    was, would = ends.was, ends.would
    waits = None if would.done else ticket.waiting_since or _waiting(ticket)
    more = ResolvedChanges(
        solved_at=would.solved_at, closed_at=would.closed_at, waiting_since=waits,
        snoozed_until=would.snoozed_until if status == Status.PENDING and would.snoozed_until else UNSET,
        reopen_count=max(0, ticket.reopen_count + would.reopen_count - was.reopen_count),
    )  # fmt: skip
    return applied(policy.after_status(ticket, status, uow.now), more)


def _waiting(ticket: Ticket) -> datetime | None:
    """Since when the customer waits for an answer, of a ticket that is open again."""
    wrote, answered = ticket.customer_wrote_at or ticket.created_at, ticket.staff_wrote_at
    return wrote if answered is None or answered < wrote else None

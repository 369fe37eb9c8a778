"""The events of a change of fields: one for the assignment, one for the rest."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET

from deskbell.features.tickets.events import (
    RuleFailed,
    RuleFired,
    RuleHalted,
    TicketAssigned,
    TicketEscalated,
    TicketSnoozed,
    TicketUpdated,
)
from deskbell.features.tickets.records import Named, Person, ResolvedChanges, Ticket
from deskbell.features.tickets.service.acting import Decision, Firing
from deskbell.kernel.access import step
from deskbell.kernel.changes import applied
from deskbell.kernel.events import Change, DomainEvent
from deskbell.runtime.database import UnitOfWork

# Each recorded field with its name in the journal. The others follow from these and are not recorded.
ASSIGNMENT: Final = {"assignee": "assignee_id", "group": "group_id"}
CONTENT: Final = {
    "subject": "subject", "description": "description", "status": "status", "status_id": "status_id",
    "priority": "priority", "type": "type",
    "category": "category_id", "brand": "brand_id", "tags": "tags", "custom_fields": "custom_fields",
}  # fmt: skip


def fields_in(changes: ResolvedChanges) -> set[str]:
    """The recorded fields that changes set."""
    return {name for name in (*ASSIGNMENT, *CONTENT) if getattr(changes, name) is not UNSET}


def events_of(ticket: Ticket, changes: ResolvedChanges, reason: str | None = None) -> Iterator[DomainEvent]:
    """The events of changes of a ticket as it was before them."""
    assignment, content = _recorded(ticket, changes, ASSIGNMENT), _recorded(ticket, changes, CONTENT)
    if content and reason:
        content["reason"] = Change(None, reason)
    if isinstance(changes.snoozed_until, datetime):
        yield TicketSnoozed(ticket_id=ticket.id, until=changes.snoozed_until)
    if assignment:
        yield TicketAssigned(ticket_id=ticket.id, changes=assignment)
    if content:
        yield TicketUpdated(ticket_id=ticket.id, changes=content)


@step("`create` and `write`")
def record_all(uow: UnitOfWork, events: Iterable[DomainEvent], rule_id: UUID | None = None) -> None:
    """Records events, of the actor or as the actions of a rule."""
    for event in events:
        uow.record(event, rule_id=rule_id)


@step("`create` and `write`")
def record_decision(uow: UnitOfWork, decision: Decision) -> None:
    """Records what rules did, in their order, and which bound ended it. It is one operation with what follows."""
    ticket_id = decision.ticket.id
    if decision.firings:
        uow.begin_operation()
    for firing in decision.firings:
        trigger, rule_id = firing.rule.actions, firing.rule.id
        fired = RuleFired(
            ticket_id=ticket_id, name=trigger.name, version=trigger.version, refused=firing.refused, held=firing.held,
            round=decision.round, automatic=decision.automatic, effects=trigger.effects,
            calls=[*trigger.calls, *firing.macro_calls], last=trigger.is_last, woken_by=decision.woken_by,
            macros=firing.macros,
        )  # fmt: skip
        record_all(uow, [fired, *_escalated(firing), *events_of(firing.before, firing.changes)], rule_id)
    for rule in decision.failed:
        failed = RuleFailed(ticket_id=ticket_id, name=rule.actions.name, version=rule.actions.version)
        uow.record(failed, rule_id=rule.id)
    for rule_id in decision.halted:
        uow.record(RuleHalted(ticket_id=ticket_id, bound="repeated"), rule_id=rule_id)
    if decision.bound is not None:
        uow.record(RuleHalted(ticket_id=ticket_id, bound=decision.bound))


def _escalated(firing: Firing) -> Iterator[DomainEvent]:
    if firing.escalated:
        yield escalated(applied(firing.before, firing.changes))


@step("rules and macros")
def escalated(ticket: Ticket) -> TicketEscalated:
    """The event of an escalation of a ticket as it is after it."""
    group_id = None if ticket.group is None else ticket.group.id
    return TicketEscalated(ticket_id=ticket.id, priority=ticket.priority, group_id=group_id)


def _recorded(ticket: Ticket, changes: ResolvedChanges, names: dict[str, str]) -> dict[str, Change]:
    return {
        recorded: Change(in_journal(getattr(ticket, name)), in_journal(now))
        for name, recorded in names.items()
        if (now := getattr(changes, name)) is not UNSET
    }


def in_journal(value: Any) -> Any:
    """A value as the journal keeps it: references by id."""
    return value.id if isinstance(value, Person | Named) else value

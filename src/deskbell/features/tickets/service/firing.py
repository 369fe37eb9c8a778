"""Automations: what is due on a ticket fires in a transaction of its own, and wakes triggers like any change."""

from datetime import datetime
from uuid import UUID

from msgspec import UnsetType
from msgspec.structs import replace

from deskbell.features.tickets.facts import facts_of
from deskbell.features.tickets.queries import moments as queries
from deskbell.features.tickets.queries import tickets as ticket_queries
from deskbell.features.tickets.records import ResolvedChanges, Ticket
from deskbell.features.tickets.rules import MOMENT, SCHEDULED, Rule, RuleBook, asks_beyond_the_row
from deskbell.features.tickets.service.acting import Decision, between
from deskbell.features.tickets.service.changing import detach_deleted
from deskbell.features.tickets.service.compiling import rules_of
from deskbell.features.tickets.service.creating import tag_ids_of
from deskbell.features.tickets.service.deadlines import with_deadlines
from deskbell.features.tickets.service.deciding import bounded, decide, prepared
from deskbell.features.tickets.service.moments import moments, next_moment, with_anchors
from deskbell.features.tickets.service.reading import locked
from deskbell.features.tickets.service.recording import fields_in, record_decision
from deskbell.kernel.access import step
from deskbell.kernel.changes import applied
from deskbell.kernel.errors import NotFound
from deskbell.kernel.rules.facts import Occasion, RequesterFacts
from deskbell.kernel.rules.moments import Mark, Moment
from deskbell.kernel.rules.operators import next_turn
from deskbell.runtime.database import UnitOfWork


@step("the watch of automations")
async def fire_due(uow: UnitOfWork, ticket_id: UUID) -> None:
    """Asks the automations whose moments have come, and fires those whose conditions hold. Skips a locked ticket."""
    if not await queries.lock_due(uow.db, ticket_id, uow.now):
        return
    ticket = await locked(uow, ticket_id)
    if ticket.refers_to_deleted:
        ticket = await detach_deleted(uow, ticket)
    book = await rules_of(uow, ticket.rules_version)
    marks = await queries.marks_of(uow.db, ticket_id)
    due = {rule.id: (rule, moment) for rule, moment in moments(book, ticket, marks) if moment.at <= uow.now}
    rules = [at_moment(*each) for each in due.values()]
    decisions = await _decisions(uow, book, ticket, rules, by_clock(ticket, MOMENT)) if due else []
    for firing in decisions[0].firings if decisions else ():
        moment = due[firing.rule.id][1]
        marks[firing.rule.id] = mark = Mark(moment.anchor_at, moment.number, uow.now)
        await queries.note_fired(uow.db, uow.actor.organization_id, ticket_id, firing.rule.id, mark)
    await _write(uow, book, ticket, marks, decisions, asked=True)


def _turn(book: RuleBook, ticket: Ticket, marks: dict[UUID, Mark], now: datetime) -> datetime | None:
    """The next moment at which time alone may make a condition hold that did not, of automations whose moment has come."""
    waiting = [rule for rule, moment in moments(book, ticket, marks) if moment.at <= now]
    if not waiting:
        return None
    facts, occasion = facts_of(ticket), by_clock(ticket, MOMENT)
    turns = (next_turn(rule.when, facts, occasion, now) for rule in waiting)
    return min((turn for turn in turns if turn is not None), default=None)


@step("the job that wakes rules")
async def fire_on(uow: UnitOfWork, ticket_id: UUID, kinds: frozenset[str], woken_by: frozenset[str]) -> None:
    """Asks the triggers that an occasion wakes for which no request waits. The unit's operation is that of the occasion.

    A rule fires once in an operation, so that it is safe to run twice.
    """
    try:
        ticket = await locked(uow, ticket_id)
    except NotFound:
        return
    if ticket.refers_to_deleted:
        ticket = await detach_deleted(uow, ticket)
    book = await rules_of(uow, ticket.rules_version)
    rules = book.awake(kinds).rules
    if not rules:
        return
    occasion = Occasion(
        kinds=kinds, woken_by=woken_by, was=facts_of(ticket),
        requester=RequesterFacts(email=ticket.requester.email, role=ticket.requester.role),
    )  # fmt: skip
    decisions = await _decisions(uow, book, ticket, rules, occasion)
    if decisions[0].firings or decisions[0].halted or decisions[0].bound:
        await _write(uow, book, ticket, await queries.marks_of(uow.db, ticket_id), decisions)


@step("the watch of schedules")
async def fire_scheduled(uow: UnitOfWork, ticket_id: UUID, rule_id: UUID) -> bool:
    """Fires a schedule on a ticket that it has chosen, if its condition still holds; returns whether it did.

    The unit's operation is that of the run: in one, the schedule fires once on a ticket.
    """
    ticket = await locked(uow, ticket_id)
    if ticket.refers_to_deleted:
        ticket = await detach_deleted(uow, ticket)
    book = await rules_of(uow, ticket.rules_version)
    rule = book.schedules.get(rule_id)
    if rule is None:
        return False
    decisions = await _decisions(uow, book, ticket, [rule], by_clock(ticket, SCHEDULED))
    if not (decisions[0].firings or decisions[0].halted or decisions[0].bound):
        return False
    await _write(uow, book, ticket, await queries.marks_of(uow.db, ticket_id), decisions)
    return bool(decisions[0].firings)


@step("the watch of automations, and trials")
def at_moment(rule: Rule, moment: Moment) -> Rule:
    """The rule as it fires now: its last actions the last time."""
    last = rule.actions.last
    return replace(rule, actions=last) if moment.last and last is not None else rule


@step("the watches of automations and schedules, and trials")
def by_clock(ticket: Ticket, kind: str) -> Occasion:
    """A moment as conditions see it: no person made it."""
    return Occasion(
        kinds=frozenset({kind}), woken_by=frozenset({"rule"}), was=facts_of(ticket),
        requester=RequesterFacts(email=ticket.requester.email, role=ticket.requester.role),
    )  # fmt: skip


async def _decisions(
    uow: UnitOfWork, book: RuleBook, ticket: Ticket, rules: list[Rule], occasion: Occasion
) -> list[Decision]:
    """The decision of these rules, and that of the triggers which their changes wake."""
    run = await prepared(uow, ticket, occasion, beyond=asks_beyond_the_row(rules))
    decision = await run.settled(rules)
    if not decision.firings:
        return [decision]
    decision = await bounded(uow, run, rules, decision)
    changed = fields_in(between(ticket, decision.ticket))
    return [decision, await decide(uow, book, ticket, decision.ticket, None, changed, by_rule=True)]


async def _write(
    uow: UnitOfWork,
    book: RuleBook,
    ticket: Ticket,
    marks: dict[UUID, Mark],
    decisions: list[Decision],
    *,
    asked: bool = False,
) -> None:
    """Writes what rules changed, and the next moment: with `asked` a later one, because those that came were asked."""

    def next_of(left: Ticket) -> datetime | None:
        if not asked:
            return next_moment(book, left, marks)
        found = (next_moment(book, left, marks, later_than=uow.now), _turn(book, left, marks, uow.now))
        return min((each for each in found if each is not None), default=None)

    changes = between(ticket, decisions[-1].ticket) if decisions else ResolvedChanges()
    if changes == ResolvedChanges():
        await queries.write_moments(uow.db, [ticket.id], [next_of(ticket)])
    else:
        if not isinstance(changes.tags, UnsetType):
            changes = replace(changes, tag_ids=await tag_ids_of(uow, changes.tags))
        changes = await with_deadlines(uow, ticket, with_anchors(ticket, changes, None, uow.now, by_rule=True))
        after = replace(applied(ticket, changes), version=ticket.version + 1, updated_at=uow.now)
        after = replace(after, moment_next_at=next_of(after))
        await ticket_queries.update_fields(uow.db, after)
    for decision in decisions:
        record_decision(uow, decision)

"""Explanations: what rules did on a ticket and why, and why one did not fire. Readings of the journal alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.records import Rule, TakenEffect
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.events import (
    CommentAdded,
    MacroApplied,
    RuleFailed,
    RuleFired,
    RuleHalted,
    TicketAssigned,
    TicketCreated,
    TicketUpdated,
    UsedMacro,
)
from deskbell.features.tickets.facts import beyond_of, requester_of
from deskbell.features.tickets.queries import comments as comment_queries
from deskbell.features.tickets.queries import history as names
from deskbell.features.tickets.queries import moments as moment_queries
from deskbell.features.tickets.queries import past
from deskbell.features.tickets.queries import rules as rule_queries
from deskbell.features.tickets.queries.past import PastEvent
from deskbell.features.tickets.records import ByRule, Ticket
from deskbell.features.tickets.rules import MOMENT, StoredRule, ready
from deskbell.features.tickets.rules import Rule as Compiled
from deskbell.features.tickets.service.deciding import comment_facts
from deskbell.features.tickets.service.moments import anchor_of
from deskbell.features.tickets.service.reading import find
from deskbell.features.tickets.service.recording import ASSIGNMENT, CONTENT
from deskbell.features.tickets.service.writes import facts_before
from deskbell.kernel.access import step
from deskbell.kernel.errors import NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.permissions import STAFF_ROLES, Permission
from deskbell.kernel.rules.facts import Occasion
from deskbell.kernel.rules.moments import moment_of
from deskbell.kernel.rules.operators import asked
from deskbell.kernel.rules.values import Asked
from deskbell.kernel.words import DONE, Channel, Status
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql

MAX_OPERATIONS: Final = 50
"""The number of operations that an explanation holds, the latest ones."""
_FIELDS: Final = {in_journal: name for name, in_journal in {**ASSIGNMENT, **CONTENT}.items()}


class FiredRule(Struct, frozen=True, kw_only=True):
    """A rule that fired: the operators that held, its changes, the macros that it used, refused actions, and its effects."""

    event_id: int
    rule: ByRule
    held: list[Asked]
    changes: dict[str, Change]
    refused: list[str]
    effects: list[TakenEffect]
    pending: int
    """The number of effects that have not been taken yet."""
    macros: list[UsedMacro]


class AppliedMacro(Struct, frozen=True, kw_only=True):
    """A macro that a person used: its changes and effects."""

    event_id: int
    macro: UsedMacro
    changes: dict[str, Change]
    effects: list[TakenEffect]
    pending: int


class Operation(Struct, frozen=True, kw_only=True):
    """The consequences of one change: the types of its events, each rule that fired, in order, and the bounds that ended it.

    `macro` is the one that made the change.
    """

    operation_id: UUID | None
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    events: list[str]
    macro: AppliedMacro | None
    rules: list[FiredRule]
    halted: list[str]
    failed: list[str]


class Timed(Struct, frozen=True):
    """The moments of an automation on a ticket as it is now: the one that it counts from, how often it has fired for that, and
    when it is due next. None: the ticket has no such moment, or it has fired often enough."""

    anchor_at: datetime | None
    times: int
    next_at: datetime | None


class WhyNot(Struct, frozen=True, kw_only=True):
    """A rule asked of a ticket as it was: whether the occasion wakes it, its condition holds, and each operator's answer."""

    event_id: int | None
    wakes: bool
    holds: bool
    operators: list[Asked]
    timed: Timed | None = None


async def explanation(uow: UnitOfWork, ticket_id: UUID) -> list[Operation]:
    """The work of rules and macros on a ticket, by operation, the latest first. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ, Permission.TICKET_EXPLAIN)
    ticket = await find(uow, ticket_id)
    events = await past.events_of(uow.db, ticket.id)
    taken: dict[int, list[TakenEffect]] = {}
    for effect in await queries.effects_on(uow.db, ticket_id):
        taken.setdefault(effect.event_id, []).append(effect)
    groups: dict[Any, list[PastEvent]] = {}
    for each in events:
        groups.setdefault(each.operation_id or each.unit, []).append(each)
    shown = [group for group in groups.values() if any(_is_explained(each) for each in group)][-MAX_OPERATIONS:]
    actors = await names.names_of(uow.db, sorted({each.actor_id for group in shown for each in group if each.actor_id}))
    return [_operation(group, actors, taken) for group in reversed(shown)]


def _is_of_rules(each: PastEvent) -> bool:
    return isinstance(each.event, RuleFired | RuleHalted | RuleFailed)


def _is_explained(each: PastEvent) -> bool:
    return _is_of_rules(each) or isinstance(each.event, MacroApplied)


def _operation(group: Sequence[PastEvent], actors: dict[UUID, str], taken: dict[int, list[TakenEffect]]) -> Operation:
    fired: list[FiredRule] = []
    for each in group:
        event = each.event
        if isinstance(event, RuleFired) and each.rule_id is not None:
            effects = taken.get(each.id, [])
            fired.append(
                FiredRule(
                    event_id=each.id, rule=ByRule(each.rule_id, event.name, event.version), held=event.held, changes={},
                    refused=event.refused, effects=effects, macros=event.macros,
                    pending=len(set(event.effects) - {effect.place for effect in effects}),
                )
            )  # fmt: skip
        elif isinstance(event, TicketUpdated | TicketAssigned) and fired and each.rule_id == fired[-1].rule.id:
            fired[-1] = replace(fired[-1], changes={**fired[-1].changes, **event.changes})
    first = group[0]
    used = next((each for each in group if isinstance(each.event, MacroApplied)), None)
    return Operation(
        operation_id=first.operation_id, at=first.at, actor_id=first.actor_id,
        actor_name=None if first.actor_id is None else actors.get(first.actor_id),
        events=[each.event.type for each in group if each.rule_id is None and not _is_explained(each)],
        macro=None if used is None else _applied(used, group, taken.get(used.id, [])), rules=fired,
        halted=[each.event.bound for each in group if isinstance(each.event, RuleHalted)],
        failed=[each.event.name for each in group if isinstance(each.event, RuleFailed)],
    )  # fmt: skip


def _applied(used: PastEvent, group: Sequence[PastEvent], effects: list[TakenEffect]) -> AppliedMacro:
    event = used.event
    assert isinstance(event, MacroApplied)  # the caller has looked
    changes: dict[str, Change] = {}
    for each in group:
        if each.rule_id is None and isinstance(each.event, TicketUpdated | TicketAssigned):
            changes |= each.event.changes
    return AppliedMacro(
        event_id=used.id, macro=UsedMacro(event.macro_id, event.name, event.version), changes=changes, effects=effects,
        pending=len({each.place for each in event.effects} - {effect.place for effect in effects}),
    )  # fmt: skip


async def explain(uow: UnitOfWork, rule_id: UUID, ticket_id: UUID, event_id: int | None) -> WhyNot:
    """Asks a rule of a ticket as it was at an event, without one as it is after its last change.

    At a firing of the rule, it is the state that the rule saw, and the version that fired. Otherwise it is the one that the
    change left before any rule. Raises `NotFound`.
    """
    uow.actor.require(Permission.RULE_READ, Permission.TICKET_READ)
    rule = await queries.RULES.find(uow.db, sql("r.id = {}", rule_id))
    if rule is None:
        raise NotFound("rule")
    ticket = await find(uow, ticket_id)
    events = [each for each in await past.events_of(uow.db, ticket_id) if not each.imported]
    chosen = next((each for each in events if each.id == event_id), None)
    if event_id is not None and chosen is None:
        raise NotFound("event")
    if chosen is None:
        chosen = next((each for each in reversed(events) if not _is_of_rules(each) and each.rule_id is None), None)
    if chosen is None:
        raise NotFound("event")
    return await _asked_of(uow, rule, ticket, events, chosen)


async def _asked_of(uow: UnitOfWork, rule: Rule, ticket: Ticket, events: list[PastEvent], chosen: PastEvent) -> WhyNot:
    unit = [each for each in events if each.unit == chosen.unit]
    own = _own_events(unit)
    seen_at = chosen.id if isinstance(chosen.event, RuleFired) and chosen.rule_id == rule.id else _after(unit, own)
    version = chosen.event.version if isinstance(chosen.event, RuleFired) and chosen.rule_id == rule.id else None
    compiled = ready(await _stored(uow, rule, version))
    more = await rule_queries.more_facts(uow.db, ticket.requester.id, ticket.id)
    facts = facts_before(ticket, events, seen_at, chosen.unit, beyond_of(more))
    by_clock = compiled.on if unit[0].rule_id == rule.id else frozenset({MOMENT})
    occasion = await _occasion(uow, ticket, events, unit, own, by_clock)
    occasion = replace(occasion, requester=requester_of(ticket, more))
    operators = [
        msgspec.convert(msgspec.to_builtins(each), Asked) for each in asked(compiled.when, facts, occasion, chosen.at)
    ]
    return WhyNot(
        timed=await _timed(uow, compiled, ticket), event_id=chosen.id, wakes=not compiled.on.isdisjoint(occasion.kinds),
        holds=compiled.when.holds(facts, occasion, chosen.at), operators=operators,
    )  # fmt: skip


async def _timed(uow: UnitOfWork, rule: Compiled, ticket: Ticket) -> Timed | None:
    clock, since = rule.actions.clock, rule.actions.since
    if clock is None or since is None:
        return None
    anchor, mark = anchor_of(ticket, since), (await moment_queries.marks_of(uow.db, ticket.id)).get(rule.id)
    moment = None if ticket.status is Status.CLOSED else moment_of(clock, anchor, mark, ticket.configuration.calendar)
    times = mark.times if mark is not None and mark.anchor_at == anchor else 0
    return Timed(anchor, times, None if moment is None else moment.at)


async def _stored(uow: UnitOfWork, rule: Rule, version: int | None) -> StoredRule:
    """The rule, or the version of it that fired."""
    saved = None
    if version is not None and version != rule.version:
        saved = await queries.VERSIONS.find(uow.db, sql("v.rule_id = {} and v.version = {}", rule.id, version))
    if saved is None:
        return StoredRule(
            rule.id, rule.name, rule.occasions, rule.condition, rule.actions, rule.names, rule.stop, rule.version,
            rule.timing, rule.armed_at, rule.schedule,
        )  # fmt: skip
    written = saved.definition
    return StoredRule(
        rule.id, written.name, written.occasions, {"when": written.when}, written.actions, saved.names, written.stop,
        saved.version, written.timing, rule.armed_at, written.schedule,
    )  # fmt: skip


def _own_events(unit: Sequence[PastEvent]) -> list[PastEvent]:
    """The events of a unit that its rules did not record: they begin it."""
    first = next((i for i, each in enumerate(unit) if isinstance(each.event, RuleFired)), len(unit))
    return list(unit[:first])


def _after(unit: Sequence[PastEvent], own: Sequence[PastEvent]) -> int:
    """The id of an event before which there are only the unit's own events."""
    return unit[len(own)].id if len(own) < len(unit) else unit[-1].id + 1


async def _occasion(
    uow: UnitOfWork,
    ticket: Ticket,
    events: Sequence[PastEvent],
    unit: Sequence[PastEvent],
    own: Sequence[PastEvent],
    by_clock: frozenset[str],
) -> Occasion:
    """The change of a unit, as conditions saw it; `by_clock` are the occasions of one that the clock began."""
    if not own:
        return Occasion(
            kinds=by_clock, woken_by=frozenset({"rule"}),
            was=facts_before(ticket, events, unit[0].id, unit[0].unit),
        )  # fmt: skip
    created = any(isinstance(each.event, TicketCreated) for each in own)
    was = None if created else facts_before(ticket, events, own[0].id, own[0].unit)
    after = facts_before(ticket, events, _after(unit, own), own[0].unit)
    changed = {
        _FIELDS.get(name, name)
        for each in own
        if isinstance(each.event, TicketUpdated | TicketAssigned)
        for name in each.event.changes
    } - {"reason"}
    added = next((each.event for each in own if isinstance(each.event, CommentAdded)), None)
    comment = (
        None if added is None else (await comment_queries.by_ids(uow.db, [added.comment_id])).get(added.comment_id)
    )
    kinds = {"ticket.created"} if created else set()
    kinds |= {"comment.added"} if added is not None else set()
    kinds |= {"ticket.assigned"} if changed & {"assignee", "group"} else set()
    kinds |= {"ticket.updated"} if changed - {"assignee", "group"} else set()
    if was is not None and was.status in DONE and after.status not in DONE:
        kinds.add("ticket.reopened")
    mail = None
    if created or added is not None:
        mails = await past.mails_of(uow.db, [ticket.id])
        mail = mails.get((ticket.id, None if added is None else added.comment_id))
    author = await _by_staff(uow, own[0].actor_id, comment)
    woken_by = frozenset({way_of(ticket, own[0], comment), "staff" if author else "customer"})
    return Occasion(
        kinds=frozenset(kinds), woken_by=recorded_way(unit) or woken_by, actor_id=own[0].actor_id,
        automatic=(added is not None and added.automatic) or (mail is not None and mail.automatic), mail=mail,
        was=was, changed=frozenset(changed),
        comment=None if comment is None else comment_facts(ticket, comment, by_staff=author),
    )  # fmt: skip


@step("trials, whose actor may read the ticket")
def recorded_way(unit: Sequence[PastEvent]) -> frozenset[str] | None:
    """Who made the change, as a firing recorded it; the journal knows no API keys."""
    found = next((each.event for each in unit if isinstance(each.event, RuleFired) and each.event.woken_by), None)
    return None if found is None else frozenset(found.woken_by)


@step("trials, whose actor may read the ticket")
def way_of(ticket: Ticket, first: PastEvent, comment: Comment | None) -> str:
    """Who made a change, as far as the journal shows, in the words of `by:`."""
    if first.rule_id is not None:
        return "rule"
    if first.actor_id is not None:
        return "person"
    channel = ticket.channel if comment is None else comment.channel
    return "mail" if channel == Channel.EMAIL else "api"


async def _by_staff(uow: UnitOfWork, actor_id: UUID | None, comment: Comment | None) -> bool:
    if comment is not None:
        return comment.author.role in STAFF_ROLES
    return actor_id is not None and await queries.is_staff(uow.db, actor_id)

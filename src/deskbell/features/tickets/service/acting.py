"""The actions of rules on one ticket, in memory."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET, Struct
from msgspec.structs import replace

from deskbell.features.tickets import policy
from deskbell.features.tickets.events import UsedMacro
from deskbell.features.tickets.facts import facts_of
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.queries import rules as queries
from deskbell.features.tickets.records import Named, Person, ResolvedChanges, Ticket
from deskbell.features.tickets.required import required_problems
from deskbell.features.tickets.rules import (
    LAST,
    ME,
    UNASSIGNED,
    Action,
    Escalation,
    Fields,
    MacroInForce,
    Rule,
    effect_of,
)
from deskbell.kernel.changes import applied
from deskbell.kernel.durations import parse_duration
from deskbell.kernel.errors import Problem
from deskbell.kernel.fields import CustomField, FieldValue, is_empty, read_value
from deskbell.kernel.rules import plan
from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.operators import Ids, asked
from deskbell.kernel.rules.plan import Applied
from deskbell.kernel.rules.values import Asked
from deskbell.kernel.words import DONE, Status
from deskbell.runtime.database import UnitOfWork

_log = logging.getLogger(__name__)


class MacroEffectToCome(Struct, frozen=True):
    """An effect of a macro that a rule uses, with what its names mean."""

    action: Action
    ids: Ids


class Firing(Struct, frozen=True):
    """A rule that fired: the ticket before its actions, their changes, codes of those that were refused, the operators
    that held, and whether one of the actions escalated it.

    `macros` are those that it used, with the webhooks that these call and their effects.
    """

    rule: Rule
    before: Ticket
    changes: ResolvedChanges
    refused: list[str]
    held: list[Asked]
    escalated: bool = False
    macros: list[UsedMacro] = []
    macro_calls: list[UUID] = []
    macro_effects: list[MacroEffectToCome] = []


class Decision(Struct, frozen=True):
    """The result of the rules: the ticket, and each firing in order.

    `failed` are rules that raised, `halted` those that rest from now on; `bound` names a bound that ended all of it.
    `round` counts the rounds of effects: 1 for a person's change.
    """

    ticket: Ticket
    firings: list[Firing]
    failed: list[Rule] = []
    halted: list[UUID] = []
    bound: str | None = None
    round: int = 1
    automatic: bool = False
    woken_by: list[str] = []


class Run:
    """Runs of the plan on one ticket, repeated until every object that the fired rules name has been looked up."""

    def __init__(
        self, uow: UnitOfWork, ticket: Ticket, facts: TicketFacts, occasion: Occasion, now: datetime | None = None
    ) -> None:
        self.uow, self.start, self.facts, self.occasion = uow, ticket, facts, occasion
        self.now = uow.now if now is None else now
        self.ticket = ticket
        self.firings: list[Firing] = []
        self.people: dict[UUID, Person | None] = {}
        self.answered: dict[UUID, Person | None] = {}
        """The member of the staff who last answered a requester."""
        self.macros: dict[UUID, MacroInForce | None] = {}
        self.named: dict[tuple[str, UUID], Named | None] = {}
        self.unknown: set[tuple[str, UUID]] = set()
        self.refused: list[str] = []
        self.escalated = False
        self.used: list[UsedMacro] = []
        self.calls: list[UUID] = []
        self.follow: list[MacroEffectToCome] = []

    def share(self, other: "Run") -> None:
        """Takes over what another run has looked up."""
        self.people, self.answered, self.named, self.macros = other.people, other.answered, other.named, other.macros

    async def settled(self, rules: Sequence[Rule]) -> Decision:
        """Fires rules in their order."""
        while True:
            self.ticket, self.firings, self.unknown = self.start, [], set()
            outcome = plan.run(rules, self.facts, self.occasion, self.now, self._act)
            if not self.unknown:
                break
            for kind, object_id in sorted(self.unknown):
                await self._look_up(kind, object_id)
        for failed in outcome.failed:
            _log.warning("rule %s failed on ticket %s and was left out", failed, self.start.id)
        return Decision(
            self.ticket,
            self.firings,
            [rule for rule in rules if rule.id in outcome.failed],
            bound="firings" if outcome.ended == "halted" else None,
        )

    async def _look_up(self, kind: str, object_id: UUID) -> None:
        db = self.uow.db
        if kind == "person":
            self.people[object_id] = await references.find_staff(db, object_id)
        elif kind == "answered":
            last = await queries.last_answered(db, object_id)
            self.answered[object_id] = None if last is None else await references.find_staff(db, last)
        elif kind == "macro":
            self.macros[object_id] = await queries.macro_in_force(db, object_id)
        elif kind == "group":
            self.named[kind, object_id] = await references.find_group(db, object_id)
        else:
            self.named[kind, object_id] = await references.find_category(db, object_id)

    def _act(self, rule: Rule, facts: TicketFacts) -> Applied:
        before = self.ticket
        self.refused, self.escalated, self.used, self.calls, self.follow = [], False, [], [], []
        after = before
        for action in rule.actions.actions:
            after = self._after(after, action, rule.actions.ids)
        changes = between(before, after)
        self.ticket = after = self._moved(before, after)
        held = [each for each in asked(rule.when, facts, self.occasion, self.now) if each.holds]
        self.firings.append(
            Firing(rule, before, changes, self.refused, held, self.escalated, self.used, self.calls, self.follow)
        )
        now = facts_of(after, facts.beyond)
        changed = {name for name in changes.__struct_fields__ if getattr(changes, name) is not UNSET}
        return Applied(replace(now, subject=facts.subject, description=facts.description), frozenset(changed))

    def _moved(self, before: Ticket, after: Ticket) -> Ticket:
        """The ticket with the moments that follow from a rule's changes, for the rules below."""
        if after.status != before.status:
            after = replace(after, status_since=self.now)
        if after.assignee_id != before.assignee_id:
            after = replace(after, assigned_since=None if after.assignee is None else self.now)
        return after

    def _after(self, ticket: Ticket, action: Action, ids: Ids) -> Ticket:
        if action.set is not UNSET:
            ticket = self._with_fields(ticket, action.set, ids, only_empty=False)
        if action.fill is not UNSET:
            ticket = self._with_fields(ticket, action.fill, ids, only_empty=True)
        if action.add_tags is not UNSET:
            ticket = replace(ticket, tags=list(dict.fromkeys([*ticket.tags, *action.add_tags])))
        if action.remove_tags is not UNSET:
            ticket = replace(ticket, tags=[tag for tag in ticket.tags if tag not in action.remove_tags])
        if action.assign is not UNSET:
            ticket = self._assigned(ticket, action.assign, ids)
        if action.snooze is not UNSET:
            ticket = self._snoozed(ticket, action.snooze)
        if action.macro is not UNSET:
            ticket = self._with_macro(ticket, ids["macro", action.macro])
        return ticket if action.escalate is UNSET else self._escalated(ticket, action.escalate, ids)

    def _with_macro(self, ticket: Ticket, macro_id: UUID) -> Ticket:
        """The ticket with the changes of a macro as it is now; its words are an effect."""
        if macro_id not in self.macros:
            self.unknown.add(("macro", macro_id))
            return ticket
        macro = self.macros[macro_id]
        if macro is None:
            self.refused.append("macro.unknown")
            return ticket
        ids = {(each.kind, each.name): each.id for each in macro.names}
        self.used.append(UsedMacro(macro_id, macro.title, macro.version))
        for action in macro.actions:
            ticket = self._after(ticket, action, ids)
            if action.webhook is not UNSET:
                self.calls.append(ids["webhook", action.webhook.webhook])
            if effect_of(action) is not None:
                self.follow.append(MacroEffectToCome(action, ids))
        return ticket

    def _snoozed(self, ticket: Ticket, duration: str) -> Ticket:
        if ticket.done:
            self.refused.append("snooze.done")
            return ticket
        return replace(self._in_status(ticket, Status.PENDING), snoozed_until=self.now + parse_duration(duration))

    def _escalated(self, ticket: Ticket, escalation: Escalation, ids: Ids) -> Ticket:
        self.escalated = True
        ticket = replace(ticket, priority=policy.one_higher(ticket.priority))
        if escalation.group is UNSET:
            return ticket
        return self._put_in(ticket, "group", ids["group", escalation.group])

    def _assigned(self, ticket: Ticket, name: str, ids: Ids) -> Ticket:
        if name == UNASSIGNED:
            return replace(ticket, assignee=None)
        if name == ME:  # of a macro: no person applies it here
            self.refused.append("agent.unknown")
            return ticket
        kind, user_id = ("answered", ticket.requester.id) if name == LAST else ("person", ids["person", name])
        if kind == "person" and user_id == ticket.assignee_id:
            return ticket
        known = self.people if kind == "person" else self.answered
        if user_id not in known:
            self.unknown.add((kind, user_id))
            return ticket
        person = known[user_id]
        if person is None:
            self.refused.append("agent.unknown")
            return ticket
        if person.id == ticket.assignee_id:
            return ticket
        ticket = replace(ticket, assignee=person)
        return self._in_status(ticket, Status.OPEN) if ticket.status == Status.NEW else ticket

    def _with_fields(self, ticket: Ticket, fields: Fields, ids: Ids, *, only_empty: bool) -> Ticket:
        for kind in ("group", "category"):
            name = getattr(fields, kind)
            if name is not UNSET and not (only_empty and getattr(ticket, kind) is not None):
                ticket = self._put_in(ticket, kind, ids[kind, name])
        if fields.fields is not UNSET:
            ticket = self._with_values(ticket, fields.fields, only_empty=only_empty)
        if only_empty:  # the others are never empty
            return ticket
        given: dict[str, Any] = {
            name: value for name in ("priority", "type") if (value := getattr(fields, name)) is not UNSET
        }
        ticket = replace(ticket, **given)
        if fields.status is not UNSET:
            ticket = self._in_status(ticket, fields.status)
        if fields.custom_status is UNSET:
            return ticket
        return self._in_own_status(ticket, ids["status", fields.custom_status])

    def _with_values(self, ticket: Ticket, fields: Mapping[str, FieldValue], *, only_empty: bool) -> Ticket:
        values = {each.name: each.value for each in ticket.custom_fields}
        for key, value in fields.items():
            definition = ticket.configuration.by_key.get(key)
            if only_empty and not is_empty(values.get(key)):
                continue
            if definition is None:
                self.refused.append("field.unknown")
            elif is_empty(value):
                values.pop(key, None)
            elif isinstance(found := read_value(definition, value), Problem):
                self.refused.append(found.code)
            else:
                values[key] = found
        after = [CustomField(name, value) for name, value in values.items()]
        return ticket if after == ticket.custom_fields else replace(ticket, custom_fields=after)

    def _in_own_status(self, ticket: Ticket, status_id: UUID) -> Ticket:
        own = ticket.configuration.statuses_by_id.get(status_id)
        if own is None or own.retired:
            self.refused.append("status.unknown")
            return ticket
        moved = self._in_status(ticket, own.category)
        return moved if moved.status != own.category else replace(moved, status_id=status_id)

    def _put_in(self, ticket: Ticket, kind: str, object_id: UUID) -> Ticket:
        present = getattr(ticket, kind)
        if present is not None and present.id == object_id:
            return ticket
        if (kind, object_id) not in self.named:
            self.unknown.add((kind, object_id))
            return ticket
        found = self.named[kind, object_id]
        if found is None:
            self.refused.append(f"{kind}.unknown")
            return ticket
        return replace(ticket, **{kind: found})

    def _in_status(self, ticket: Ticket, status: Status) -> Ticket:
        if status in DONE and not ticket.done and required_problems(ticket, "solve"):
            self.refused.append("field.required")
            return ticket
        return ticket if status == ticket.status else applied(ticket, policy.after_status(ticket, status, self.now))


_DECIDED: Final = (
    "status", "status_id", "snoozed_until", "priority", "type", "assignee", "group", "category", "tags",
    "custom_fields", "reopen_count", "solved_at", "closed_at",
    "waiting_since",
)  # fmt: skip


def between(before: Ticket, after: Ticket) -> ResolvedChanges:
    """The fields in which rules made a ticket differ."""
    differing = {name: now for name in _DECIDED if (now := getattr(after, name)) != getattr(before, name)}
    return ResolvedChanges(**differing)

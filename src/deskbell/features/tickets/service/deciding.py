"""Rules decide with the change that wakes them: what they set is part of the same write."""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET, Struct
from msgspec.structs import replace

from deskbell.features.tickets import policy
from deskbell.features.tickets.facts import facts_of
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.queries import rules as queries
from deskbell.features.tickets.records import Comment, Named, Person, ResolvedChanges, Ticket
from deskbell.features.tickets.rules import UNASSIGNED, Action, Fields, Rule, Trigger, ready
from deskbell.kernel.access import step
from deskbell.kernel.changes import applied
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.kernel.rules import plan
from deskbell.kernel.rules.facts import CommentFacts, Occasion, RequesterFacts, TicketFacts
from deskbell.kernel.rules.plan import Applied
from deskbell.kernel.rules.words import Words
from deskbell.kernel.words import Channel, Status
from deskbell.runtime.database import UnitOfWork

_log = logging.getLogger(__name__)

MAX_CACHED: Final = 500
"""The number of organizations whose compiled rules a worker keeps."""
FUSE: Final = 10
"""A rule that fired so often on one ticket within `REST` does not fire on it."""
REST: Final = timedelta(hours=1)
_BEYOND_THE_ROW: Final = frozenset({"has", "comment.has", "requester.company", "requester.open"})

_compiled: OrderedDict[UUID, tuple[int, list[Rule]]] = OrderedDict()


class Firing(Struct, frozen=True):
    """A rule that fired: the ticket before its actions, their changes, and codes of those that were refused."""

    rule: Rule
    before: Ticket
    changes: ResolvedChanges
    refused: list[str]


class Decision(Struct, frozen=True):
    """The result of the rules: the ticket, and each firing in order. `halted` are rules that rest from now on, `bound` says that
    too many fired."""

    ticket: Ticket
    firings: list[Firing]
    halted: list[UUID]
    bound: bool = False


@step("`create` and `write`")
async def rules_of(uow: UnitOfWork, version: int) -> list[Rule]:
    """The compiled rules of the organization. `version` comes with a look-up that the change makes anyway."""
    if version == 0:
        return []
    organization_id = uow.actor.organization_id
    known = _compiled.get(organization_id)
    if known is None or known[0] != version:
        found = []
        for stored in await queries.rules_in_force(uow.db):
            try:
                found.append(ready(stored))
            except Exception:  # noqa: BLE001 - one unreadable rule must not stop the others, nor the change
                _log.exception("rule %s cannot be read and is left out", stored.id)
        known = _compiled[organization_id] = (version, found)
    _compiled.move_to_end(organization_id)
    while len(_compiled) > MAX_CACHED:
        _compiled.popitem(last=False)
    return known[1]


@step("`create` and `write`")
async def decide(
    uow: UnitOfWork,
    rules: Sequence[Rule],
    was: Ticket | None,
    ticket: Ticket,
    comment: Comment | None,
    changed: set[str],
) -> Decision:
    """Fires rules on a ticket as a person's change leaves it; `was` is the ticket before, None for a creation."""
    occasion = _occasion(uow, was, ticket, comment, changed)
    awake = [rule for rule in rules if not rule.on.isdisjoint(occasion.kinds)]
    if not awake:
        return Decision(ticket, [], [])
    has_attachment = False
    asked = frozenset().union(*(rule.reads for rule in awake))
    more = await queries.more_facts(uow.db, ticket.requester.id, ticket.id) if asked & _BEYOND_THE_ROW else None
    if more is not None:
        has_attachment = more.has_attachment
        requester = RequesterFacts(
            email=ticket.requester.email,
            role=ticket.requester.role,
            company=more.company,
            open=more.open + (was is None),
        )
        occasion = replace(occasion, requester=requester)
    run = _Run(uow, ticket, facts_of(ticket, has_attachment=has_attachment), occasion)
    decision = await run.settled(awake)
    if not decision.firings or was is None:
        return decision
    return await _without_repeated(uow, run, awake, decision)


async def _without_repeated(uow: UnitOfWork, run: "_Run", awake: list[Rule], decision: Decision) -> Decision:
    """The decision without rules that fired too often on this ticket: loops through other systems end here."""
    fired = [firing.rule.id for firing in decision.firings]
    resting = {each.rule_id: each for each in await queries.repeated(uow.db, run.start.id, fired, uow.now - REST, FUSE)}
    if not resting:
        return decision
    again = await run.settled([rule for rule in awake if rule.id not in resting])
    return replace(again, halted=[each.rule_id for each in resting.values() if not each.halted])


def _occasion(
    uow: UnitOfWork, was: Ticket | None, ticket: Ticket, comment: Comment | None, changed: set[str]
) -> Occasion:
    actor = uow.actor
    kinds = {"ticket.created"} if was is None else set()
    if comment is not None:
        kinds.add("comment.added")
    if was is not None and changed:
        kinds |= {"ticket.assigned"} if changed & {"assignee", "group"} else set()
        kinds |= {"ticket.updated"} if changed - {"assignee", "group"} else set()
        kinds |= {"ticket.reopened"} if was.done and not ticket.done else set()
    by_staff = (
        actor.is_staff if actor.user_id is not None else comment is not None and comment.author.role in STAFF_ROLES
    )
    channel = ticket.channel if comment is None else comment.channel
    way = "mail" if channel == Channel.EMAIL else "api"
    if actor.user_id is not None:
        way = "person" if actor.api_key_id is None else "api"
    return Occasion(
        kinds=frozenset(kinds), woken_by=frozenset({way, "staff" if by_staff else "customer"}), actor_id=actor.user_id,
        automatic=comment is not None and comment.automatic,
        was=None if was is None else facts_of(was), changed=frozenset(changed),
        requester=RequesterFacts(email=ticket.requester.email, role=ticket.requester.role),
        comment=None if comment is None else _comment_facts(ticket, comment, by_staff=by_staff),
    )  # fmt: skip


def _comment_facts(ticket: Ticket, comment: Comment, *, by_staff: bool) -> CommentFacts:
    author = {"staff" if by_staff else "customer"} | (
        {"requester"} if comment.author.id == ticket.requester.id else set()
    )
    return CommentFacts(
        public=comment.public, author_id=comment.author.id, written_by=frozenset(author), body=Words(comment.body),
        has_attachment=bool(comment.attachments),
    )  # fmt: skip


class _Run:
    """Runs of the plan on one ticket, repeated until every object that the fired rules name has been looked up."""

    def __init__(self, uow: UnitOfWork, ticket: Ticket, facts: TicketFacts, occasion: Occasion) -> None:
        self.uow, self.start, self.facts, self.occasion = uow, ticket, facts, occasion
        self.ticket = ticket
        self.firings: list[Firing] = []
        self.people: dict[UUID, Person | None] = {}
        self.named: dict[tuple[str, UUID], Named | None] = {}
        self.unknown: set[tuple[str, UUID]] = set()
        self.refused: list[str] = []

    async def settled(self, rules: Sequence[Rule]) -> Decision:
        while True:
            self.ticket, self.firings, self.unknown = self.start, [], set()
            outcome = plan.run(rules, self.facts, self.occasion, self.uow.now, self._act)
            if not self.unknown:
                break
            for kind, object_id in sorted(self.unknown):
                await self._look_up(kind, object_id)
        for failed in outcome.failed:
            _log.warning("rule %s failed on ticket %s and was left out", failed, self.start.id)
        return Decision(self.ticket, self.firings, [], bound=outcome.ended == "halted")

    async def _look_up(self, kind: str, object_id: UUID) -> None:
        db = self.uow.db
        if kind == "person":
            self.people[object_id] = await references.find_staff(db, object_id)
        elif kind == "group":
            self.named[kind, object_id] = await references.find_group(db, object_id)
        else:
            self.named[kind, object_id] = await references.find_category(db, object_id)

    def _act(self, rule: Rule, facts: TicketFacts) -> Applied:
        before = self.ticket
        self.refused = []
        after = before
        for action in rule.actions.actions:
            after = self._after(after, action, rule.actions)
        changes = between(before, after)
        self.ticket = after
        self.firings.append(Firing(rule, before, changes, self.refused))
        now = facts_of(after, has_attachment=facts.has_attachment)
        changed = {name for name in changes.__struct_fields__ if getattr(changes, name) is not UNSET}
        return Applied(replace(now, subject=facts.subject, description=facts.description), frozenset(changed))

    def _after(self, ticket: Ticket, action: Action, trigger: Trigger) -> Ticket:
        if action.set is not UNSET:
            ticket = self._with_fields(ticket, action.set, trigger, only_empty=False)
        if action.fill is not UNSET:
            ticket = self._with_fields(ticket, action.fill, trigger, only_empty=True)
        if action.add_tags is not UNSET:
            ticket = replace(ticket, tags=list(dict.fromkeys([*ticket.tags, *action.add_tags])))
        if action.remove_tags is not UNSET:
            ticket = replace(ticket, tags=[tag for tag in ticket.tags if tag not in action.remove_tags])
        return ticket if action.assign is UNSET else self._assigned(ticket, action.assign, trigger)

    def _assigned(self, ticket: Ticket, name: str, trigger: Trigger) -> Ticket:
        if name == UNASSIGNED:
            return replace(ticket, assignee=None)
        user_id = trigger.ids["person", name]
        if user_id == ticket.assignee_id:
            return ticket
        if user_id not in self.people:
            self.unknown.add(("person", user_id))
            return ticket
        person = self.people[user_id]
        if person is None:
            self.refused.append("agent.unknown")
            return ticket
        ticket = replace(ticket, assignee=person)
        return self._in_status(ticket, Status.OPEN) if ticket.status == Status.NEW else ticket

    def _with_fields(self, ticket: Ticket, fields: Fields, trigger: Trigger, *, only_empty: bool) -> Ticket:
        for kind in ("group", "category"):
            name = getattr(fields, kind)
            if name is not UNSET and not (only_empty and getattr(ticket, kind) is not None):
                ticket = self._put_in(ticket, kind, trigger.ids[kind, name])
        if only_empty:  # the others are never empty
            return ticket
        given: dict[str, Any] = {
            name: value for name in ("priority", "type") if (value := getattr(fields, name)) is not UNSET
        }
        ticket = replace(ticket, **given)
        return ticket if fields.status is UNSET else self._in_status(ticket, fields.status)

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
        return ticket if status == ticket.status else applied(ticket, policy.after_status(ticket, status, self.uow.now))


_DECIDED: Final = (
    "status", "priority", "type", "assignee", "group", "category", "tags", "reopen_count", "solved_at", "closed_at",
    "waiting_since",
)  # fmt: skip


def between(before: Ticket, after: Ticket) -> ResolvedChanges:
    """The fields in which rules made a ticket differ."""
    differing = {name: now for name in _DECIDED if (now := getattr(after, name)) != getattr(before, name)}
    return ResolvedChanges(**differing)

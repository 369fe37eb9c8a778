"""A ticket's past with another rule: as it was recorded until the rule does something else, asked again from there on.

Nothing is written. The ticket as it really was goes along with the one of the replay; while both are equal, the other rules
are taken to do what they did, and the journal alone is read. Once they differ, every trigger that was in force then is asked.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.rules.circumstances import Circumstances, occasion_at
from deskbell.features.rules.records import Rule
from deskbell.features.tickets.facts import facts_of
from deskbell.features.tickets.queries.past import PastEvent
from deskbell.features.tickets.records import Named, Person, Ticket
from deskbell.features.tickets.rules import Rule as Compiled
from deskbell.features.tickets.rules import Trigger
from deskbell.features.tickets.service.acting import Firing, Run, between
from deskbell.features.tickets.service.deciding import MAX_ROUNDS
from deskbell.features.tickets.service.recording import events_of, fields_in
from deskbell.features.tickets.service.writes import (
    FIELDS,
    PastFiring,
    Write,
    after_words,
    recorded,
    ticket_before,
    with_changes,
)
from deskbell.kernel.access import step
from deskbell.kernel.events import Change
from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.fuse import LOOKS_BACK, resting_since
from deskbell.kernel.rules.operators import joined
from deskbell.kernel.rules.plan import Applied

_ALWAYS: Final = frozenset(FIELDS.values())
_PAUSE: Final = 20
"""After this many writes, other requests go on."""


class Tested(Struct, frozen=True):
    """The rule of a replay and its place among the others. `rule` is None to leave it out; `id` is that of the saved one."""

    id: UUID
    place: int
    rule: Compiled | None


class Result(Struct, frozen=True):
    """The firing of the rule at a write as it would have been, and as it was; None where there is none."""

    write: Write
    would: Firing | None
    did: PastFiring | None

    @property
    def changes(self) -> dict[str, Change]:
        """The changes that it would have made, by the names in the journal."""
        return {} if self.would is None else changes_of(self.would)

    @property
    def same(self) -> bool:
        """Whether it did what it would have done."""
        if self.would is None or self.did is None:
            return self.would is None and self.did is None
        return (
            msgspec.to_builtins(self.changes) == msgspec.to_builtins(self.did.changes)
            and self.would.refused == self.did.fired.refused
        )


class Replay(Struct, frozen=True):
    """The results at the writes that woke the rule, and the ticket at the end: as it was, and as it would have been."""

    results: list[Result]
    was: Ticket | None
    would: Ticket | None


def changes_of(firing: Firing) -> dict[str, Change]:
    """The changes of a firing, by the names in the journal."""
    found: dict[str, Change] = {}
    for event in events_of(firing.before, firing.changes):
        found |= event.changes  # type: ignore[attr-defined]  # they are those of assignments and updates
    return found


class _Run(Run):
    """A run in which some rules do what they did."""

    did: Mapping[UUID, PastFiring]

    def _act(self, rule: Compiled, facts: TicketFacts) -> Applied:
        past = self.did.get(rule.id)
        if past is None:
            return super()._act(rule, facts)
        before = self.ticket
        self.ticket = with_changes(before, past.changes, self.now)
        changes = between(before, self.ticket)
        self.firings.append(Firing(rule, before, changes, past.fired.refused, past.fired.held))
        now = facts_of(self.ticket, facts.beyond)
        return Applied(
            replace(now, subject=facts.subject, description=facts.description), frozenset(fields_in(changes))
        )


class Replayer:
    """Replays writes of one ticket after another. What their rules name is looked up once."""

    def __init__(self, tested: Tested, circumstances: Circumstances) -> None:
        self.tested, self.known = tested, circumstances
        self.people: dict[UUID, Person | None] = {}
        self.named: dict[tuple[str, UUID], Named | None] = {}

    async def replay(
        self, ticket: Ticket, events: Sequence[PastEvent], writes: Sequence[Write], since: datetime
    ) -> Replay:
        """The results of the rule at the writes since a moment. `writes` are those of the ticket, in their order."""
        past = _Past(self, ticket)
        for i, write in enumerate(writes):
            if i % _PAUSE == 0:
                await asyncio.sleep(0)
            if write.at < since:
                past.note(write)
                continue
            if past.was is None and not write.created:
                first = write.own[0].id if write.own else write.automations[0].event_id
                past.was = past.would = ticket_before(ticket, events, first)
            elif write.created:
                past.was = past.would = ticket_before(ticket, events, after_creation(write, events))
            await past.go_on(write)
        return Replay(past.results, past.was, past.would)


@step("trials, which authorise their actor")
def after_creation(write: Write, events: Sequence[PastEvent]) -> int:
    """The id of the event that follows the creation."""
    created = write.own[0].id
    return min((each.id for each in events if each.id > created and not each.imported), default=created + 1)


class _Past:
    """The past of one ticket as far as it has been replayed."""

    def __init__(self, replayer: Replayer, ticket: Ticket) -> None:
        self.all, self.ticket = replayer, ticket
        self.was: Ticket | None = None
        self.would: Ticket | None = None
        self.results: list[Result] = []
        self.fired: list[tuple[datetime, UUID]] = []  # when, which rule
        self.fired_in: dict[UUID, set[UUID]] = {}  # in which operation, which rules

    def note(self, write: Write) -> None:
        """Keeps what fired at a write before the replay."""
        self._keep(write, [(each.at, each.rule_id) for each in write.firings])

    def _keep(self, write: Write, fired: Sequence[tuple[datetime, UUID]]) -> None:
        self.fired += fired
        if write.last.operation_id is not None:
            self.fired_in.setdefault(write.last.operation_id, set()).update(rule_id for _, rule_id in fired)

    async def go_on(self, write: Write) -> None:
        """Goes on by one write."""
        before_was, before = self.was, self.would
        assert before_was is not None  # the replay has begun
        assert before is not None
        own = {} if write.created else write.changes
        left, would = (after_words(with_changes(each, own, write.at), write) for each in (before_was, before))
        self.was = left
        for firing in write.firings:
            self.was = with_changes(self.was, firing.changes, write.at)
        tested, did = self.all.tested, next((f for f in write.firings if f.rule_id == self.all.tested.id), None)
        asked = self.all.known.wakes(write) and not self._is_bounded(write)
        departed = not alike(left, would)
        firings: list[Firing] = []
        if asked:
            occasion = occasion_at(self.all.known, self.ticket, None if write.created else before, would, write)
            run = self._run(would, occasion, write)
            if not departed:
                firings = await self._fired(run, write, self._as_recorded(write))
                departed = not Result(write, _of(firings, tested.id), did).same
            if departed:
                run.did = {}
                firings = await self._fired(run, write, await self._as_asked(write))
            would = run.ticket
        elif departed:
            for firing in write.firings:
                if firing.rule_id != tested.id or not write.changed:
                    would = with_changes(would, firing.changes, write.at)
        result = Result(write, _of(firings, tested.id), did)
        if write.changed and (result.would is not None or did is not None):
            self.results.append(result)
        if departed:
            self._keep(write, [(write.at, each.rule.id) for each in firings])
        else:
            self.note(write)
        self.would = replace(would, updated_at=write.at) if departed else replace(self.was, updated_at=write.at)
        self.was = replace(self.was, updated_at=write.at)

    def _is_bounded(self, write: Write) -> bool:
        """Whether effects of rules woke it after too many rounds."""
        if all(each.rule_id is None for each in write.own):
            return False
        return "rounds" in write.bounds or self.all.known.round_before(self.ticket.id, write) >= MAX_ROUNDS

    def _run(self, ticket: Ticket, occasion: Occasion, write: Write) -> _Run:
        facts = facts_of(ticket, self.all.known.beyond(self.ticket.id, write))
        run = _Run(self.all.known.uow, ticket, facts, occasion, write.at)
        run.people, run.named = self.all.people, self.all.named
        run.did = {each.rule_id: each for each in write.firings if each.rule_id != self.all.tested.id}
        return run

    async def _fired(self, run: _Run, write: Write, rules: Sequence[tuple[int, Compiled]]) -> list[Firing]:
        spent = self._spent(write)
        ordered = sorted(rules, key=lambda each: (each[0], each[1].id))
        woken = [rule for _, rule in ordered if rule.id in run.did or rule.id not in spent]
        await run.settled([self._bound(run, write, rule) for rule in woken])
        return list(run.firings)

    def _bound(self, run: _Run, write: Write, rule: Compiled) -> Compiled:
        """A rule that did fire is bound to what it did: it fires once those have that fired before it."""
        if rule.id not in run.did:
            return rule
        turn = [each.rule_id for each in write.firings if each.rule_id in run.did].index(rule.id)
        is_its_turn = lambda *_: sum(each.rule.id in run.did for each in run.firings) == turn  # noqa: E731 - it keeps `turn`
        return replace(rule, on=run.occasion.kinds, reads=_ALWAYS, when=replace(joined("all", ()), holds=is_its_turn))

    def _spent(self, write: Write) -> set[UUID]:
        """The rules that have fired in this operation before, or rest on this ticket."""
        times: dict[UUID, list[datetime]] = {}
        operation_id = write.last.operation_id
        spent = set() if operation_id is None else self.fired_in.get(operation_id, set())
        for at, rule_id in reversed(self.fired):
            if (
                at <= write.at - 2 * LOOKS_BACK
            ):  # they are in the order of their ids, which is nearly that of their times
                break
            if at > write.at - LOOKS_BACK:
                times.setdefault(rule_id, []).append(at)
        return spent | {rule_id for rule_id, fired in times.items() if resting_since(fired, write.at) is not None}

    def _as_recorded(self, write: Write) -> list[tuple[int, Compiled]]:
        """The rule, and the others that fired at a write, bound to what they did."""
        tested, known = self.all.tested, self.all.known
        others = [
            (known.place_of(each.rule_id), _placeholder(each, known.stops(each)))
            for each in write.firings
            if each.rule_id != tested.id
        ]
        return others if tested.rule is None else [*others, (tested.place, tested.rule)]

    async def _as_asked(self, write: Write) -> list[tuple[int, Compiled]]:
        """The rule, and all others that were in force."""
        tested = self.all.tested
        others = await self.all.known.in_force(write.at, without=tested.id)
        return others if tested.rule is None else [*others, (tested.place, tested.rule)]


def _of(firings: Sequence[Firing], rule_id: UUID) -> Firing | None:
    return next((each for each in firings if each.rule.id == rule_id), None)


def _placeholder(past: PastFiring, stop: bool) -> Compiled:
    trigger = Trigger(past.fired.name, past.fired.version, [], {}, [], [])
    when = joined("all", ())
    return Compiled(id=past.rule_id, on=frozenset(), when=when, reads=frozenset(), actions=trigger, stop=stop)


@step("trials, which authorise their actor")
def alike(one: Ticket, other: Ticket) -> bool:
    """Whether two states of a ticket have the same values in all recorded fields."""
    return not differing(one, other)


@step("undoing what a rule did, which authorises its actor")
def differing(one: Ticket, other: Ticket) -> dict[str, tuple[Any, Any]]:
    """The fields in which two states of a ticket differ, with both values as recorded."""
    if one is other:
        return {}
    found: dict[str, tuple[Any, Any]] = {}
    for field in FIELDS.values():
        left, right = recorded(getattr(one, field)), recorded(getattr(other, field))
        if left != right:
            found[field] = (left, right)
    return found


@step("trials and undoing, which authorise their actor")
def tested_of(rule: Rule, compiled: Compiled | None) -> Tested:
    """A saved rule as the subject of a replay."""
    return Tested(rule.id, rule.place, compiled)

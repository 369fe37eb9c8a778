"""The past of automations and schedules: the moments that would have come, asked of each ticket as it was then.

Nothing is written. Two states of a ticket go along: as it was, and as the rule would have left it. A firing in the journal that
belongs to a moment is asked at its own time; so a trial of a rule over a time in which it ran equals what it did.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from msgspec import UNSET, Struct
from msgspec.structs import replace

from deskbell.features.rules.circumstances import Circumstances
from deskbell.features.rules.replaying import Result, after_creation, alike
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.events import TicketSnoozed, TicketWoke
from deskbell.features.tickets.facts import beyond_of, facts_of, requester_of
from deskbell.features.tickets.queries import past
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.rules import MOMENT, SCHEDULED, Rule, asks_beyond_the_row
from deskbell.features.tickets.service.acting import Firing, Run, between
from deskbell.features.tickets.service.firing import at_moment, by_clock
from deskbell.features.tickets.service.moments import anchor_of, with_anchors
from deskbell.features.tickets.service.writes import PastFiring, Write, ticket_before, with_changes
from deskbell.kernel.changes import applied
from deskbell.kernel.deadlines import advanced, opened
from deskbell.kernel.events import Change
from deskbell.kernel.rules.facts import NOTHING_BEYOND
from deskbell.kernel.rules.moments import Clock, Mark, Moment, moment_of
from deskbell.kernel.rules.operators import next_turn
from deskbell.kernel.sla_clock import Policy
from deskbell.kernel.words import Status

DELAY: Final = timedelta(seconds=2)
"""A moment that a change followed so soon is asked after that change, as a worker would that came to it late."""
MAX_STATEMENTS: Final = 200
"""The moments at which one answer looks for facts beyond the row of a ticket. It ends with the ticket that reaches it."""
_ANCHORS: Final = ("status_since", "assigned_since", "customer_wrote_at", "staff_wrote_at")
_PAUSE: Final = 20
"""After this many writes, other requests go on."""


class TooManyMoments(Exception):
    """A ticket has more moments that need facts beyond its row than one answer asks."""


class ClockedResult(Struct, frozen=True):
    """The result at a moment."""

    at: datetime
    result: Result


class _Moments(Protocol):
    """The moments of a rule on one ticket."""

    def next(self, ticket: Ticket) -> Moment | None:
        """The next moment, in the past too."""

    def fired(self, moment: Moment, at: datetime) -> None:
        """Notes that the rule fired."""

    def failed(self) -> bool:
        """Notes that its condition did not hold; returns whether a later moment is asked before the next change."""


class _OfAutomation:
    def __init__(self, clock: Clock, since: str) -> None:
        self.clock, self.since = clock, since
        self.mark: Mark | None = None

    def next(self, ticket: Ticket) -> Moment | None:
        return moment_of(self.clock, anchor_of(ticket, self.since), self.mark, ticket.configuration.calendar)

    def fired(self, moment: Moment, at: datetime) -> None:
        self.mark = Mark(moment.anchor_at, moment.number, at)

    def failed(self) -> bool:
        return False


class _OfSchedule:
    def __init__(self, moments: Sequence[datetime]) -> None:
        self.moments = deque(moments)

    def next(self, ticket: Ticket) -> Moment | None:
        while self.moments and self.moments[0] < ticket.created_at:
            self.moments.popleft()
        return Moment(self.moments[0], self.moments[0], 1, last=False) if self.moments else None

    def fired(self, moment: Moment, at: datetime) -> None:
        del moment, at
        self.moments.popleft()

    def failed(self) -> bool:
        self.moments.popleft()
        return True


class ClockedRule(Struct, frozen=True):
    """An automation, or a schedule with its moments in the time of the trial. `id` is that of the saved rule.

    `policies` are the present targets by priority, for an automation that counts from a deadline.
    """

    id: UUID
    rule: Rule
    moments: Sequence[datetime] | None = None
    policies: Mapping[str, Policy] | None = None

    def on_ticket(self) -> _Moments:
        """Its moments on one ticket, from the start."""
        trigger = self.rule.actions
        if self.moments is not None:
            return _OfSchedule(self.moments)
        assert trigger.clock is not None  # it is an automation
        assert trigger.since is not None
        return _OfAutomation(trigger.clock, trigger.since)


class Clocked:
    """Walks through the pasts of tickets, one after another. What the rule names is looked up once."""

    def __init__(
        self,
        tested: ClockedRule,
        known: Circumstances,
        comments: Mapping[UUID, Comment],
        since: datetime,
        until: datetime,
    ) -> None:
        self.tested, self.known, self.comments = tested, known, comments
        self.since, self.until = since, until
        self.beyond = asks_beyond_the_row([tested.rule])
        self.looked_up: Run | None = None
        self.asked = 0
        self.statements = 0

    @property
    def is_enough(self) -> bool:
        """Whether one answer should not ask more."""
        return self.statements >= MAX_STATEMENTS

    async def walk(self, ticket: Ticket) -> list[ClockedResult]:
        """The results of the rule on a ticket. Raises `TooManyMoments` where one answer cannot ask all of its moments."""
        walk = _Walk(self, ticket)
        writes = [write for write in self.known.writes[ticket.id] if write.at < self.until]
        for i, write in enumerate(writes):
            if i % _PAUSE == 0:
                await asyncio.sleep(0)
            walk.take(write)
            await walk.until(write, writes[i + 1] if i + 1 < len(writes) else None)
        return walk.results


class _Walk:
    def __init__(self, all_of: Clocked, ticket: Ticket) -> None:
        self.all, self.ticket = all_of, ticket
        self.events = all_of.known.events.get(ticket.id, [])
        self.moments = all_of.tested.on_ticket()
        self.was: Ticket | None = None
        self.would: Ticket | None = None
        self.departed = False
        self.begun_with = all_of.statements
        self.results: list[ClockedResult] = []

    def take(self, write: Write) -> None:
        """Takes over what a write changed. Once both states differ, the one of the trial is left without the rule's part."""
        if self.was is None or self.would is None:
            self.was = self.would = self._first(write)
            if write.created:
                return
        every = [write.changes, *(firing.changes for firing in write.firings)]
        self.was = self._after(self.was, write, every)
        if not self.departed:
            self.would = self.was
            return
        others = [each.changes for each in write.automations if each.rule_id != self.all.tested.id]
        rest = [each.changes for each in write.firings]
        self.would = self._after(self.would, write, [write.own_changes, *others, *rest])

    def _first(self, write: Write) -> Ticket:
        """The ticket before its first write, or as it was filed."""
        event_id = after_creation(write, self.events) if write.created else _first_event(write)
        ticket = ticket_before(self.ticket, self.events, event_id)
        ticket = self._opened(ticket, write)
        cleared = dict.fromkeys(_ANCHORS) if write.created else {}
        if write.created and ticket.assignee is not None:
            return replace(ticket, **{**cleared, "assigned_since": ticket.created_at})
        return replace(ticket, **cleared)

    def _after(self, ticket: Ticket, write: Write, changes: Sequence[Mapping[str, Change]]) -> Ticket:
        after = ticket
        for each in changes:
            after = with_changes(after, each, write.at)
        comment = None if write.comment is None else self.all.comments.get(write.comment.comment_id)
        after = self._moved(ticket, after, comment, write.at, by_rule=write.last.rule_id is not None)
        answered = write.comment is not None and write.comment.first_response
        after = self._due(ticket, after, write.at, answered=answered)
        snoozed = any(isinstance(each.event, TicketSnoozed | TicketWoke) for each in write.own)
        touched = write.comment is not None or snoozed or any(changes)  # firings without changes touch no ticket
        return replace(after, updated_at=write.at) if touched else after

    def _opened(self, ticket: Ticket, write: Write) -> Ticket:
        """A ticket with the deadlines that it was filed with. Without its creation in the journal they are not known."""
        policies = self.all.tested.policies
        if policies is None:
            return ticket
        if not write.created:
            return replace(ticket, deadlines=None)
        deadlines = opened(ticket.created_at, ticket.status, policies[ticket.priority])
        return replace(ticket, deadlines=deadlines, first_response_at=None)

    def _due(self, before: Ticket, after: Ticket, at: datetime, *, answered: bool) -> Ticket:
        """A ticket with the deadlines that follow from a change."""
        policies = self.all.tested.policies
        if policies is None or before.deadlines is None:
            return after
        retarget = after.priority != before.priority or (before.done and not after.done)
        if not answered and not retarget and before.status == after.status:
            return after
        policy = policies[after.priority] if retarget else None
        deadlines = advanced(before.deadlines, at, after.status, answered=answered, policy=policy)
        return replace(after, deadlines=deadlines, **({"first_response_at": at} if answered else {}))

    def _moved(self, before: Ticket, after: Ticket, comment: Comment | None, at: datetime, *, by_rule: bool) -> Ticket:
        """A ticket with the anchors that follow from a change."""
        changes = with_anchors(before, between(before, after), comment, at, by_rule=by_rule)
        moved = {name: value for name in _ANCHORS if (value := getattr(changes, name)) is not UNSET}
        return replace(after, **moved)

    async def until(self, write: Write, following: Write | None) -> None:
        """Asks at each moment between a write and the one that follows."""
        end = self.all.until if following is None else following.at
        did = None if following is None else self._fired_at(following)
        later: datetime | None = None  # when time alone may have made the condition hold
        while self.would is not None and self.would.status != Status.CLOSED:
            moment = self.moments.next(self.would)
            if moment is None:
                break
            if later is None and moment.at <= write.at and did is None and self._asked_at(write):
                later = self._turn(write.at)
                if later is None:
                    break
            at = max(moment.at, write.at, later or write.at)
            if did is not None and following is not None and at <= following.at:
                await self._pair(following, did, moment)
                did = None
                break
            if at >= (end - DELAY if following is not None else end):
                break
            later = None
            if at < self.all.since:
                later = self._turn(at) if self.all.tested.moments is None else None
                if later is None:
                    break
                continue
            if not await self._ask(write, moment, at) and not self.moments.failed():
                later = self._turn(at)
                if later is None:
                    break
        if did is not None and following is not None:
            self._gone(following, did)

    def _turn(self, at: datetime) -> datetime | None:
        assert self.would is not None  # the walk has begun
        return next_turn(self.all.tested.rule.when, facts_of(self.would), by_clock(self.would, MOMENT), at)

    def _asked_at(self, write: Write) -> bool:
        """Whether a write is that of automations: all that were due were asked together, this one too."""
        rules = self.all.known.rules
        return any((rule := rules.get(each.rule_id)) is None or rule.timing is not None for each in write.automations)

    def _fired_at(self, write: Write) -> PastFiring | None:
        return next((each for each in write.automations if each.rule_id == self.all.tested.id), None)

    async def _pair(self, following: Write, did: PastFiring, moment: Moment) -> None:
        """Asks at the time of a firing that was recorded. Before the trial it is taken as it was."""
        assert self.would is not None  # the walk has begun
        if following.at < self.all.since:
            self.moments.fired(moment, following.at)
            return
        asked = self.would
        for other in following.automations:  # those above have fired before
            if other.event_id < did.event_id:
                asked = with_changes(asked, other.changes, following.at)
        firing = await self._would_fire(asked, moment, following.at)
        if firing is None:
            self.moments.failed()
            self._gone(following, did)
            return
        self.moments.fired(moment, following.at)
        result = Result(following, firing, did)
        self.results.append(ClockedResult(following.at, result))
        if self.departed or not result.same:
            self._depart(firing, following.at)

    def _gone(self, following: Write, did: PastFiring) -> None:
        """A recorded firing that the rule would not have made."""
        if following.at >= self.all.since:
            self.departed = True
            self.results.append(ClockedResult(following.at, Result(following, None, did)))

    async def _ask(self, write: Write, moment: Moment, at: datetime) -> bool:
        assert self.would is not None  # the walk has begun
        firing = await self._would_fire(self.would, moment, at)
        if firing is None:
            return False
        self.moments.fired(moment, at)
        self.results.append(ClockedResult(at, Result(write, firing, None)))
        self._depart(firing, at)
        return True

    def _depart(self, firing: Firing, at: datetime) -> None:
        assert self.would is not None  # the walk has begun
        self.departed = True
        after = applied(self.would, firing.changes)
        if not alike(after, self.would):
            moved = self._moved(self.would, after, None, at, by_rule=True)
            self.would = replace(self._due(self.would, moved, at, answered=False), updated_at=at)

    async def _would_fire(self, ticket: Ticket, moment: Moment, at: datetime) -> Firing | None:
        """The firing of the rule on a ticket at a moment; None where its condition does not hold."""
        tested = self.all.tested
        occasion = by_clock(ticket, MOMENT if tested.moments is None else SCHEDULED)
        beyond = NOTHING_BEYOND
        if self.all.beyond:  # at moments that no statement could have named before
            self.all.statements += 1
            if self.all.statements - self.begun_with > MAX_STATEMENTS:
                raise TooManyMoments
            facts = await past.facts_then(self.all.known.uow.db, [(ticket, at)])
            beyond = beyond_of(facts[0] if facts else None)
            if facts and occasion.requester is not None:
                occasion = replace(occasion, requester=requester_of(ticket, facts[0]))
        run = Run(self.all.known.uow, ticket, facts_of(ticket, beyond), occasion, at)
        if self.all.looked_up is not None:
            run.share(self.all.looked_up)
        self.all.looked_up = run
        self.all.asked += 1
        rule = at_moment(tested.rule, moment)
        decision = await run.settled([replace(rule, id=tested.id)])
        return decision.firings[0] if decision.firings else None


def _first_event(write: Write) -> int:
    return write.own[0].id if write.own else write.automations[0].event_id

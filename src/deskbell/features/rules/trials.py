"""Trials: what a rule, saved or not, would have done in the past. They write nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.organizations.calendar import organization_zone
from deskbell.features.rules.bounds import MAX_EVENTS, first_within
from deskbell.features.rules.checking import checked
from deskbell.features.rules.circumstances import circumstances_of
from deskbell.features.rules.clocked import Clocked, ClockedRule, TooManyMoments
from deskbell.features.rules.files import offered
from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.records import NewRule, Rule
from deskbell.features.rules.replaying import Replayer, Result, Tested
from deskbell.features.rules.service import written
from deskbell.features.tickets.queries import comments as comment_queries
from deskbell.features.tickets.queries import past
from deskbell.features.tickets.queries import tickets as ticket_queries
from deskbell.features.tickets.queries.deadlines import policy_in_force
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.rules import (
    Action,
    EffectKind,
    Meaning,
    StoredRule,
    asks_beyond_the_row,
    effect_of,
    ready,
)
from deskbell.features.tickets.rules import Rule as Compiled
from deskbell.features.tickets.service.acting import Firing
from deskbell.kernel.access import step
from deskbell.kernel.changes import applied
from deskbell.kernel.errors import Invalid, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.kernel.rules.recurrence import moments, parse_recurrence
from deskbell.kernel.rules.values import Asked
from deskbell.kernel.sla_clock import Policy
from deskbell.kernel.words import PRIORITIES
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql

LONGEST: Final = timedelta(days=7)
"""The longest time of a trial of all tickets."""
MAX_TICKETS: Final = 100
"""The number of tickets that a trial may name; it may then reach back further."""
PAGE: Final = 200
"""The number of tickets that one answer looks at."""
_LAST: Final = 2**31
Difference = Literal["same", "new", "gone", "other"]


class NewTrial(Struct, frozen=True, kw_only=True):
    """A trial of a saved rule, of a draft, or of a draft in place of a saved rule, over a time.

    `ticket_ids` names the tickets; None means all. `after` is the last ticket of the page before.
    """

    rule_id: UUID | None
    draft: NewRule | None
    since: datetime
    until: datetime
    ticket_ids: Sequence[UUID] | None = None
    after: UUID | None = None
    file_ids: Sequence[UUID] | UnsetType = UNSET
    """The files that the draft may name; without them, those of the saved rule."""


class ToCome(Struct, frozen=True):
    """An effect that would follow, with what its names mean."""

    kind: EffectKind
    action: Action
    ids: Mapping[tuple[str, str], UUID]


class Tried(Struct, frozen=True, kw_only=True):
    """A change, or a moment, at which the rule would have fired, or did.

    `difference` compares with what the saved rule did: the `same`, a `new` firing, one that is `gone`, or `other` changes.
    `to_come` are the effects that would follow, those of macros included, on the ticket `after` the change; `did` are the
    changes that were made then.
    """

    ticket_id: UUID
    number: int
    subject: str
    event_id: int
    at: datetime
    difference: Difference
    held: list[Asked]
    changes: dict[str, Change]
    refused: list[str]
    to_come: list[ToCome]
    after: Ticket | None
    did: dict[str, Change] | None


class Trial(Struct, frozen=True, kw_only=True):
    """A page of a trial: how many tickets, and changes or moments, it looked at, and the ticket after which the next one begins.

    `left_out` are the numbers of tickets that have too many events.
    """

    tickets: int
    occasions: int
    tried: list[Tried]
    left_out: list[int]
    next_after: UUID | None


async def try_rule(uow: UnitOfWork, new: NewTrial) -> Trial:
    """The firings of a rule as they would have been. Writes nothing.

    Raises `NotFound` for an unknown rule, `Invalid` for a draft with mistakes or of another kind, an automation on
    deadlines, or a time that is too long.
    """
    uow.actor.require(Permission.RULE_MANAGE, Permission.TICKET_READ, Permission.TICKET_EXPLAIN)
    _require_bounds(new)
    saved, draft, names = await _tested(uow, new)
    ticket_ids, more = await _tickets(uow, new, by_clock=draft.kind != "trigger")
    visible = await ticket_queries.find_all_visible(uow.db, uow.actor, ticket_ids)
    counts = await past.event_counts(uow.db, list(visible), MAX_EVENTS + 1)
    page = first_within(ticket_ids, counts)
    more = more or len(page) < len(ticket_ids)
    tickets = {each: visible[each] for each in page if each in visible and counts[each] <= MAX_EVENTS}
    subject = _Subject(uow, new, saved, draft, names)
    occasions, tried = await (subject.changes(tickets) if draft.kind == "trigger" else subject.moments(tickets))
    if subject.ended_after is not None and subject.ended_after != page[-1]:
        page, more = page[: page.index(subject.ended_after) + 1], True
    looked_at = [each for each in page if each in tickets and each not in subject.too_long]
    return Trial(
        tickets=len(looked_at), occasions=occasions, tried=tried,
        left_out=[visible[each].number for each in page if each in visible and each not in looked_at],
        next_after=page[-1] if more else None,
    )  # fmt: skip


def _require_bounds(new: NewTrial) -> None:
    if new.since >= new.until:
        raise Invalid.field("since", "trial.time")
    if new.ticket_ids is None and new.until - new.since > LONGEST:
        raise Invalid.field("since", "trial.too_long", days=LONGEST.days, limit=MAX_TICKETS)
    if new.ticket_ids is not None and len(new.ticket_ids) > MAX_TICKETS:
        raise Invalid.field("ticket_ids", "trial.too_long", days=LONGEST.days, limit=MAX_TICKETS)


async def _tickets(uow: UnitOfWork, new: NewTrial, *, by_clock: bool) -> tuple[list[UUID], bool]:
    if new.ticket_ids is not None:
        return sorted(each for each in set(new.ticket_ids) if new.after is None or each > new.after), False
    chosen = past.unclosed_between if by_clock else past.changed_between
    found = await chosen(uow.db, new.since, new.until, new.after, PAGE + 1)
    return found[:PAGE], len(found) > PAGE


async def _tested(uow: UnitOfWork, new: NewTrial) -> tuple[Rule | None, NewRule, list[Meaning]]:
    """The saved rule, the rule to try, and what its names mean."""
    saved = None
    if new.rule_id is not None:
        saved = await queries.RULES.find(uow.db, sql("r.id = {} and r.deleted_at is null", new.rule_id))
        if saved is None:
            raise NotFound("rule")
    draft = new.draft if new.draft is not None or saved is None else written(saved)
    if draft is None:
        raise Invalid.field("rule", "missing")
    if saved is not None and saved.kind != draft.kind:
        raise Invalid.field("rule", "rule.one_kind")
    if new.draft is None and saved is not None:
        return saved, draft, saved.names
    found = await offered(uow, new.rule_id, [] if saved is None else saved.names, new.file_ids)
    return saved, draft, await checked(uow, draft, found.files)


class _Subject:
    """A rule on trial."""

    def __init__(
        self, uow: UnitOfWork, new: NewTrial, saved: Rule | None, draft: NewRule, names: list[Meaning]
    ) -> None:
        self.uow, self.new, self.saved, self.draft = uow, new, saved, draft
        self.id = new_id() if saved is None else saved.id
        self.ended_after: UUID | None = None
        """The ticket with which the answer ended before the page did."""
        self.too_long: set[UUID] = set()
        self.armed_at = new.since if saved is None or new.draft is not None else saved.armed_at
        self.rule = ready(
            StoredRule(
                self.id, draft.name, draft.occasions, {"when": draft.when}, draft.actions, names, draft.stop,
                1 if saved is None else saved.version, draft.timing, self.armed_at, draft.schedule,
            )
        )  # fmt: skip

    async def changes(self, tickets: Mapping[UUID, Ticket]) -> tuple[int, list[Tried]]:
        """The changes that a trigger is asked of, counted, and those at which it would have fired or did."""
        known = await circumstances_of(
            self.uow, tickets, self.new.since, beyond_the_row=asks_beyond_the_row([self.rule])
        )
        replayer = Replayer(Tested(self.id, _LAST if self.saved is None else self.saved.place, self.rule), known)
        tried: list[Tried] = []
        occasions = 0
        for ticket_id, ticket in tickets.items():
            writes = [write for write in known.writes[ticket_id] if write.at < self.new.until]
            occasions += sum(write.at >= self.new.since for write in writes)
            replay = await replayer.replay(ticket, known.events.get(ticket_id, []), writes, self.new.since)
            tried += [_tried(ticket, result, result.write.at) for result in replay.results]
        return occasions, tried

    async def _policies(self) -> dict[str, Policy] | None:
        """The targets by priority, if the rule counts from a deadline."""
        if self.draft.timing is None or not self.draft.timing.since.startswith("due."):
            return None
        return {priority: await policy_in_force(self.uow.db, priority) for priority in PRIORITIES}

    async def moments(self, tickets: Mapping[UUID, Ticket]) -> tuple[int, list[Tried]]:
        """The moments at which an automation or a schedule is asked, counted, and those at which it would have fired or did."""
        known = await circumstances_of(self.uow, tickets, self.new.since)
        added = [write.comment.comment_id for some in known.writes.values() for write in some if write.comment]
        comments = await comment_queries.by_ids(self.uow.db, added)
        tested = ClockedRule(self.id, self.rule, await self._times(), await self._policies())
        clocked = Clocked(tested, known, comments, self.new.since, self.new.until)
        tried: list[Tried] = []
        for ticket_id, ticket in tickets.items():
            try:
                tried += [_tried(ticket, each.result, each.at) for each in await clocked.walk(ticket)]
            except TooManyMoments:
                self.too_long.add(ticket_id)
            if clocked.is_enough:
                self.ended_after = ticket_id
                break
        return clocked.asked, tried

    async def _times(self) -> list[datetime] | None:
        """The moments of a schedule in the time of the trial."""
        if self.draft.schedule is None:
            return None
        zone = (await organization_zone(self.uow.db))[1]
        begin = self.new.since if self.armed_at is None else max(self.new.since, self.armed_at)
        every = moments(parse_recurrence(self.draft.schedule.every), zone, begin)
        return [each for each in takewhile(lambda moment: moment < self.new.until, every) if each > begin]


@step("undoing what a rule did, which authorises its actor")
def compiled_of(rule: Rule) -> Compiled:
    """A saved trigger as it is now."""
    return ready(
        StoredRule(
            rule.id, rule.name, rule.occasions, rule.condition, rule.actions, rule.names, rule.stop, rule.version
        )
    )


def _tried(ticket: Ticket, result: Result, at: datetime) -> Tried:
    would, did = result.would, result.did
    difference: Difference = "same" if result.same else "new" if did is None else "gone" if would is None else "other"
    planned = [] if would is None else _planned(would)
    return Tried(
        ticket_id=ticket.id, number=ticket.number, subject=ticket.subject, event_id=result.write.last.id,
        at=at, difference=difference, held=[] if would is None else would.held, changes=result.changes,
        refused=[] if would is None else would.refused,
        to_come=[ToCome(kind, *each) for each in planned if (kind := effect_of(each[0])) is not None],
        after=None if would is None else applied(would.before, would.changes),
        did=None if did is None else did.changes,
    )  # fmt: skip


def _planned(would: Firing) -> list[tuple[Action, Mapping[tuple[str, str], UUID]]]:
    trigger = would.rule.actions
    own = [(action, trigger.ids) for action in trigger.actions]
    return [*own, *((each.action, each.ids) for each in would.macro_effects)]

"""Trials: what a rule, saved or not, would have done in the past. They write nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.rules.checking import checked
from deskbell.features.rules.circumstances import circumstances_of
from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.records import NewRule, Rule
from deskbell.features.rules.replaying import Replayer, Result, Tested
from deskbell.features.rules.service import written
from deskbell.features.tickets.queries import past
from deskbell.features.tickets.queries import tickets as ticket_queries
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.rules import Rule as Compiled
from deskbell.features.tickets.rules import StoredRule, asks_beyond_the_row, effect_of, ready
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.kernel.rules.values import Asked
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql

LONGEST: Final = timedelta(days=7)
"""The longest time of a trial of all tickets."""
MAX_TICKETS: Final = 100
"""The number of tickets that a trial may name; it may then reach back further."""
PAGE: Final = 200
"""The number of tickets that one answer looks at."""
MAX_EVENTS: Final = 10_000
"""The number of events that one answer reads. A page ends before it is exceeded; a ticket with more is left out."""
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


class Tried(Struct, frozen=True, kw_only=True):
    """A change at which the rule would have fired, or did.

    `difference` compares with what the saved rule did: the `same`, a `new` firing, one that is `gone`, or `other` changes.
    `effects` are the kinds of those that would follow; `did` are the changes that were made then.
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
    effects: list[str]
    did: dict[str, Change] | None


class Trial(Struct, frozen=True, kw_only=True):
    """A page of a trial: the tickets and changes that it looked at, and the ticket after which the next page begins.

    `left_out` are the numbers of tickets that have too many events.
    """

    tickets: int
    occasions: int
    tried: list[Tried]
    left_out: list[int]
    next_after: UUID | None


async def try_rule(uow: UnitOfWork, new: NewTrial) -> Trial:
    """The firings of a rule as they would have been. Writes nothing.

    Raises `NotFound` for an unknown rule, `Invalid` for a draft with mistakes, an automation, or a time that is too long.
    """
    uow.actor.require(Permission.RULE_MANAGE, Permission.TICKET_READ, Permission.TICKET_EXPLAIN)
    _require_bounds(new)
    tested = await _tested(uow, new)
    ticket_ids, more = await _tickets(uow, new)
    visible = await ticket_queries.find_all_visible(uow.db, uow.actor, ticket_ids)
    counts = await past.event_counts(uow.db, list(visible), MAX_EVENTS + 1)
    page = _first(ticket_ids, counts)
    more = more or len(page) < len(ticket_ids)
    tickets = {each: visible[each] for each in page if each in visible and counts[each] <= MAX_EVENTS}
    beyond = tested.rule is not None and asks_beyond_the_row([tested.rule])
    known = await circumstances_of(uow, tickets, new.since, beyond_the_row=beyond)
    replayer = Replayer(tested, known)
    tried: list[Tried] = []
    occasions = 0
    for ticket_id, ticket in tickets.items():
        writes = [write for write in known.writes[ticket_id] if write.at < new.until]
        occasions += sum(write.at >= new.since for write in writes)
        replay = await replayer.replay(ticket, known.events.get(ticket_id, []), writes, new.since)
        tried += [_tried(ticket, result) for result in replay.results]
    return Trial(
        tickets=len(tickets), occasions=occasions, tried=tried,
        left_out=[visible[each].number for each in page if each in visible and each not in tickets],
        next_after=page[-1] if more else None,
    )  # fmt: skip


def _first(ticket_ids: Sequence[UUID], counts: Mapping[UUID, int]) -> Sequence[UUID]:
    """The first of these tickets that together have no more events than one answer reads."""
    events = 0
    for i, ticket_id in enumerate(ticket_ids):
        count = counts.get(ticket_id, 0)
        events += count if count <= MAX_EVENTS else 0
        if events > MAX_EVENTS:
            return ticket_ids[:i]
    return ticket_ids


def _require_bounds(new: NewTrial) -> None:
    if new.since >= new.until:
        raise Invalid.field("since", "trial.time")
    if new.ticket_ids is None and new.until - new.since > LONGEST:
        raise Invalid.field("since", "trial.too_long", days=LONGEST.days, limit=MAX_TICKETS)
    if new.ticket_ids is not None and len(new.ticket_ids) > MAX_TICKETS:
        raise Invalid.field("ticket_ids", "trial.too_long", days=LONGEST.days, limit=MAX_TICKETS)


async def _tickets(uow: UnitOfWork, new: NewTrial) -> tuple[list[UUID], bool]:
    if new.ticket_ids is not None:
        return sorted(each for each in set(new.ticket_ids) if new.after is None or each > new.after), False
    found = await past.changed_between(uow.db, new.since, new.until, new.after, PAGE + 1)
    return found[:PAGE], len(found) > PAGE


async def _tested(uow: UnitOfWork, new: NewTrial) -> Tested:
    saved = None
    if new.rule_id is not None:
        saved = await queries.RULES.find(uow.db, sql("r.id = {} and r.deleted_at is null", new.rule_id))
        if saved is None:
            raise NotFound("rule")
    draft = new.draft if new.draft is not None or saved is None else written(saved)
    if draft is None:
        raise Invalid.field("rule", "missing")
    if draft.kind != "trigger":
        raise Invalid.field("rule", "trial.automation")
    names = await checked(uow, draft) if new.draft is not None or saved is None else saved.names
    stored = StoredRule(
        new_id() if saved is None else saved.id, draft.name, draft.occasions, {"when": draft.when}, draft.actions, names,
        draft.stop, 1 if saved is None else saved.version,
    )  # fmt: skip
    return Tested(stored.id, _LAST if saved is None else saved.place, ready(stored))


@step("undoing what a rule did, which authorises its actor")
def compiled_of(rule: Rule) -> Compiled:
    """A saved trigger as it is now."""
    return ready(
        StoredRule(
            rule.id, rule.name, rule.occasions, rule.condition, rule.actions, rule.names, rule.stop, rule.version
        )
    )


def _tried(ticket: Ticket, result: Result) -> Tried:
    would, did = result.would, result.did
    difference: Difference = "same" if result.same else "new" if did is None else "gone" if would is None else "other"
    actions = [] if would is None else would.rule.actions.actions
    return Tried(
        ticket_id=ticket.id, number=ticket.number, subject=ticket.subject, event_id=result.write.last.id,
        at=result.write.at, difference=difference, held=[] if would is None else would.held, changes=result.changes,
        refused=[] if would is None else would.refused,
        effects=[kind for action in actions if (kind := effect_of(action)) is not None],
        did=None if did is None else did.changes,
    )  # fmt: skip

"""The facts that rules had at past writes of tickets, read for many tickets together."""

import asyncio
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.features.rules.explaining import recorded_way, way_of
from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.records import Rule, RuleVersion
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.events import RuleFired, TicketWoke
from deskbell.features.tickets.facts import beyond_of, facts_of, requester_of
from deskbell.features.tickets.queries import comments as comment_queries
from deskbell.features.tickets.queries import past as past_queries
from deskbell.features.tickets.queries.past import PastEvent, PastFacts
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.rules import BEYOND_THE_ROW, StoredRule, condition_of, ready
from deskbell.features.tickets.rules import Rule as Compiled
from deskbell.features.tickets.service.deciding import comment_facts, kinds_of
from deskbell.features.tickets.service.writes import FIELDS, PastFiring, Write, writes_of
from deskbell.kernel.access import step
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.kernel.rules.facts import Beyond, MailFacts, Occasion
from deskbell.runtime.database import UnitOfWork

_NOTHING: Final = PastFacts(
    ticket_id=UUID(int=0), at=datetime(1, 1, 1, tzinfo=UTC), company=None, open=0, has_attachment=False
)


class Circumstances(Struct):
    """The known past of some tickets."""

    uow: UnitOfWork
    rules: dict[UUID, Rule]
    events: dict[UUID, list[PastEvent]]
    writes: dict[UUID, list[Write]]
    comments: dict[UUID, Comment]
    staff: set[UUID]
    silent: set[UUID]
    """Operations that wake no rule: those that undo another."""
    facts: dict[tuple[UUID, datetime], PastFacts]
    mails: dict[tuple[UUID, UUID | None], MailFacts]
    versions: dict[UUID, list[RuleVersion]] | None = None
    compiled: dict[tuple[UUID, int], Compiled | None] = {}
    _woken: dict[tuple[UUID, str], list[PastEvent]] = {}
    """The firings that recorded who woke them, by ticket and unit of work, in their order."""
    _rounds: dict[tuple[UUID, UUID | None], list[tuple[int, int]]] = {}
    """The firings of an operation on a ticket: their ids in order, with the last round of effects until then."""

    def __post_init__(self) -> None:
        """Groups the firings once, so that each write finds its own without a look at all events."""
        for ticket_id, events in self.events.items():
            fired = [(each, each.event) for each in events if isinstance(each.event, RuleFired)]
            for each, event in sorted(fired, key=lambda one: one[0].id):
                if event.woken_by:
                    self._woken.setdefault((ticket_id, each.unit), []).append(each)
                rounds = self._rounds.setdefault((ticket_id, each.operation_id), [])
                rounds.append((each.id, max(event.round, rounds[-1][1] if rounds else 0)))

    def wakes(self, write: Write) -> bool:
        """Whether a write woke rules."""
        if write.last.operation_id in self.silent:
            return False
        return write.changed

    def place_of(self, rule_id: UUID) -> int:
        """The place of a rule in the present order; one that is gone for good comes first."""
        rule = self.rules.get(rule_id)
        return 0 if rule is None else rule.place

    def stops(self, firing: PastFiring) -> bool:
        """Whether the rule that fired ends the pass."""
        rule = self.rules.get(firing.rule_id)
        return rule is not None and rule.stop and rule.version == firing.fired.version

    def beyond(self, ticket_id: UUID, write: Write) -> Beyond:
        """A ticket's facts in other rows at a write."""
        return beyond_of(self.facts.get((ticket_id, write.at)))

    def round_before(self, ticket_id: UUID, write: Write) -> int:
        """The last round of effects before a write in its operation."""
        rounds = self._rounds.get((ticket_id, write.last.operation_id), [])
        before = bisect_left(rounds, write.last.id, key=lambda each: each[0])
        return rounds[before - 1][1] if before else 0

    def woken_after(self, ticket_id: UUID, write: Write) -> list[PastEvent]:
        """The first firing after a write in its unit of work that recorded who woke it, or none."""
        woken = self._woken.get((ticket_id, write.last.unit), [])
        after = bisect_left(woken, write.last.id + 1, key=lambda each: each.id)
        return woken[after : after + 1]

    async def in_force(self, at: datetime, *, without: UUID) -> list[tuple[int, Compiled]]:
        """The triggers that were in force at a moment, with their present places."""
        if self.versions is None:
            self.versions = {}
            for each in await queries.versions_of_triggers(self.uow.db):
                self.versions.setdefault(each.rule_id, []).append(each)
        found: list[tuple[int, Compiled]] = []
        for rule in self.rules.values():
            if rule.id == without or rule.kind != "trigger" or (rule.deleted_at is not None and rule.deleted_at <= at):
                continue
            version = next((each for each in reversed(self.versions.get(rule.id, [])) if each.saved_at <= at), None)
            if version is not None and version.definition.enabled:
                compiled = self._compiled(version)
                found += [] if compiled is None else [(rule.place, compiled)]
        return found

    def _compiled(self, version: RuleVersion) -> Compiled | None:
        key = (version.rule_id, version.version)
        if key not in self.compiled:
            try:
                self.compiled[key] = ready(stored_version(version))
            except Exception:  # noqa: BLE001 - a version that cannot be read any more did not fire either
                self.compiled[key] = None
        return self.compiled[key]


@step("trials and undoing, which authorise their actor")
def stored_version(version: RuleVersion) -> StoredRule:
    """A version of a trigger as one in force."""
    written = version.definition
    return StoredRule(
        version.rule_id, written.name, written.occasions, {"when": written.when}, written.actions, version.names,
        written.stop, version.version, written.timing, schedule=written.schedule,
    )  # fmt: skip


@step("trials and undoing, which authorise their actor")
async def circumstances_of(
    uow: UnitOfWork, tickets: Mapping[UUID, Ticket], since: datetime, *, beyond_the_row: bool = False
) -> Circumstances:
    """The known past of these tickets since a moment, in as many statements for many as for one."""
    rules = {rule.id: rule for rule in await queries.all_rules(uow.db)}
    automations = {rule.id for rule in rules.values() if rule.kind != "trigger"}
    events = await past_queries.events_of_many(uow.db, list(tickets))
    writes: dict[UUID, list[Write]] = {}
    for ticket_id in tickets:
        writes[ticket_id] = writes_of(events.get(ticket_id, []), automations)
        await asyncio.sleep(0)  # lets other requests go on
    late = [write for some in writes.values() for write in some if write.at >= since]
    comments = await comment_queries.by_ids(uow.db, [write.comment.comment_id for write in late if write.comment])
    actors = {each.actor_id for write in late for each in write.own if each.actor_id is not None}
    operations = {write.last.operation_id for write in late if write.last.operation_id is not None}
    facts: dict[tuple[UUID, datetime], PastFacts] = {}
    if beyond_the_row or any(map(_asks_beyond_the_row, rules.values())):
        asked = [(tickets[ticket_id], write.at) for ticket_id, write in _late(writes, since)]
        for each in await past_queries.facts_then(uow.db, asked):
            facts[each.ticket_id, each.at] = each
    return Circumstances(
        uow=uow, rules=rules, events=events, writes=writes, comments=comments,
        staff=await queries.staff_among(uow.db, sorted(actors)),
        silent=await queries.undoing(uow.db, sorted(operations)), facts=facts,
        mails=await past_queries.mails_of(uow.db, list(tickets)),
    )  # fmt: skip


def _asks_beyond_the_row(rule: Rule) -> bool:
    """Whether a trigger may ask for facts beyond a ticket's row; one that cannot be read does not."""
    if rule.kind != "trigger":
        return False
    try:
        when = condition_of(rule.condition["when"], {(each.kind, each.name): each.id for each in rule.names}, utc_now())
    except Invalid:
        return False
    return not when.reads().isdisjoint(BEYOND_THE_ROW)


def _late(writes: Mapping[UUID, Sequence[Write]], since: datetime) -> Iterator[tuple[UUID, Write]]:
    for ticket_id, some in writes.items():
        for write in some:
            if write.at >= since:
                yield ticket_id, write


@step("trials and undoing, which authorise their actor")
def occasion_at(known: Circumstances, ticket: Ticket, was: Ticket | None, left: Ticket, write: Write) -> Occasion:
    """A write as conditions saw it. `ticket` is the present one, `was` and `left` it before and after."""
    added = write.comment
    comment = None if added is None else known.comments.get(added.comment_id)
    changed = {FIELDS[name] for name in write.changes}
    kinds = kinds_of(was, left, comment, changed) | ({"comment.added"} if added is not None else set())
    kinds |= {each.event.type for each in write.own if isinstance(each.event, TicketWoke)}
    first = write.own[0] if write.own else write.last
    if first.actor_id is not None:
        by_staff = first.actor_id in known.staff
    else:
        by_staff = comment is not None and comment.author.role in STAFF_ROLES
    way = "rule" if write.automations else way_of(ticket, first, comment)
    more = known.facts.get((ticket.id, write.at), _NOTHING)
    mail = None
    if added is not None or was is None:
        mail = known.mails.get((ticket.id, None if added is None else added.comment_id))
    return Occasion(
        kinds=frozenset(kinds), actor_id=first.actor_id,
        woken_by=recorded_way(known.woken_after(ticket.id, write)) or frozenset({way, "staff" if by_staff else "customer"}),
        automatic=(added is not None and added.automatic) or (mail is not None and mail.automatic), mail=mail,
        was=None if was is None else facts_of(was),
        changed=frozenset(changed),
        comment=None if comment is None else comment_facts(ticket, comment, by_staff=by_staff),
        requester=requester_of(ticket, more),
    )  # fmt: skip

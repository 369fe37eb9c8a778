"""The moments of a ticket from which automations count, and the next moment of any of them, kept with each write."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.queries import moments as queries
from deskbell.features.tickets.queries import rules as rule_queries
from deskbell.features.tickets.queries import tickets as ticket_queries
from deskbell.features.tickets.records import ResolvedChanges, Ticket
from deskbell.features.tickets.rules import Rule, RuleBook
from deskbell.features.tickets.service.compiling import rules_of
from deskbell.kernel.access import step
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.kernel.rules.field_values import moment_in
from deskbell.kernel.rules.moments import Mark, Moment, moment_of
from deskbell.kernel.rules.vocabulary import FIELD
from deskbell.kernel.words import Status
from deskbell.runtime.database import UnitOfWork


def with_anchors(
    ticket: Ticket, changes: ResolvedChanges, comment: Comment | None, now: datetime, *, by_rule: bool
) -> ResolvedChanges:
    """The changes of a ticket with the moments that follow from them. Moments run backwards only where an undo sets them."""
    if changes.status is not UNSET and changes.status != ticket.status and changes.status_since is UNSET:
        changes = replace(changes, status_since=_later(ticket.status_since, now))
    if changes.assignee is not UNSET and changes.assignee != ticket.assignee and changes.assigned_since is UNSET:
        since = None if changes.assignee is None else _later(ticket.assigned_since, now)
        changes = replace(changes, assigned_since=since)
    if comment is None or not comment.public or comment.automatic or by_rule:
        return changes
    if comment.author.role in STAFF_ROLES and comment.author.id != ticket.requester.id:
        return replace(changes, staff_wrote_at=_later(ticket.staff_wrote_at, now))
    return replace(changes, customer_wrote_at=_later(ticket.customer_wrote_at, now))


def _later(before: datetime | None, now: datetime) -> datetime:
    return now if before is None else max(before, now)


def anchor_of(ticket: Ticket, since: str) -> datetime | None:
    """The moment of a ticket from which an automation counts."""
    deadlines = ticket.deadlines
    match since:
        case "created":
            return ticket.created_at
        case "updated":
            return ticket.updated_at
        case "status":
            return ticket.status_since or ticket.created_at
        case "assigned":
            return ticket.assigned_since
        case "solved":
            return ticket.solved_at
        case "customer.wrote":
            return ticket.customer_wrote_at or ticket.created_at
        case "staff.wrote":
            return ticket.staff_wrote_at
        case "due.first_response":
            return None if deadlines is None or ticket.first_response_at else deadlines.first_response_due_at
        case "due.resolution":
            return None if deadlines is None or ticket.done else deadlines.resolution_due_at
    return _in_field(ticket, since.removeprefix(FIELD)) if since.startswith(FIELD) else None


def _in_field(ticket: Ticket, key: str) -> datetime | None:
    """The date or time in a field of the ticket."""
    definition = ticket.configuration.by_key.get(key) if ticket.custom_fields else None
    if definition is None:
        return None
    value = next((each.value for each in ticket.custom_fields if each.name == key), None)
    return moment_in(definition, value)


def moments(book: RuleBook, ticket: Ticket, marks: Mapping[UUID, Mark]) -> Iterator[tuple[Rule, Moment]]:
    """The next moment of each automation on a ticket."""
    if ticket.status == Status.CLOSED or ticket.deleted_at is not None:
        return
    for rule in book.automations:
        trigger = rule.actions
        if trigger.clock is not None and trigger.since is not None:
            anchor, calendar = anchor_of(ticket, trigger.since), ticket.configuration.calendar
            moment = moment_of(trigger.clock, anchor, marks.get(rule.id), calendar)
            if moment is not None:
                yield rule, moment


def next_moment(
    book: RuleBook, ticket: Ticket, marks: Mapping[UUID, Mark], *, later_than: datetime | None = None
) -> datetime | None:
    """The soonest moment of any automation, in the past too unless it must be later."""
    found = [moment.at for _, moment in moments(book, ticket, marks) if later_than is None or moment.at > later_than]
    return min(found, default=None)


@step("`create` and `write`")
async def with_next_moment(uow: UnitOfWork, book: RuleBook, ticket: Ticket, *, is_new: bool = False) -> Ticket:
    """A ticket with the next moment of its automations. One that passed without firing is asked again."""
    if not book.automations:
        return ticket if ticket.moment_next_at is None else replace(ticket, moment_next_at=None)
    marks = {} if is_new else await queries.marks_of(uow.db, ticket.id)
    return replace(ticket, moment_next_at=next_moment(book, ticket, marks))


@step("jobs that compute moments of many tickets")
async def recompute(uow: UnitOfWork, ticket_ids: Sequence[UUID], *, imported: bool = False) -> None:
    """Computes the next moments of locked tickets. Past moments of imported ones count as done."""
    await queries.fill_anchors(uow.db, ticket_ids)
    book = await rules_of(uow, await rule_queries.rules_version(uow.db))
    if not ticket_ids or (imported and not book.automations):
        return
    found = await ticket_queries.by_ids(uow.db, ticket_ids)
    marks = await queries.marks_of_many(uow.db, ticket_ids)
    for ticket in found.values() if imported else ():
        for rule, moment in moments(book, ticket, marks.get(ticket.id, {})):
            if moment.at <= uow.now and rule.actions.clock is not None:
                mark = Mark(moment.anchor_at, rule.actions.clock.most, uow.now)
                marks.setdefault(ticket.id, {})[rule.id] = mark
                await queries.note_fired(uow.db, uow.actor.organization_id, ticket.id, rule.id, mark)
    soonest = [next_moment(book, ticket, marks.get(ticket.id, {})) for ticket in found.values()]
    await queries.write_moments(uow.db, list(found), soonest)

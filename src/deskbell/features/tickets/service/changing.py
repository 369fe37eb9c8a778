"""Changing a ticket: every way leads through `apply`, so that each answers, records and refuses alike."""

from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from deskbell.features.tickets import policy
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.queries import deleted_references
from deskbell.features.tickets.queries import tickets as queries
from deskbell.features.tickets.records import ResolvedChanges, Ticket, TicketChanges
from deskbell.features.tickets.required import required_problems
from deskbell.features.tickets.rules import RuleBook
from deskbell.features.tickets.service.acting import Decision, between
from deskbell.features.tickets.service.compiling import rules_of
from deskbell.features.tickets.service.creating import (
    Seen,
    clean_subject,
    clean_tags,
    once,
    resolve_assignee,
    resolve_brand,
    resolve_category,
    resolve_group,
    tag_ids_of,
)
from deskbell.features.tickets.service.deadlines import with_deadlines
from deskbell.features.tickets.service.deciding import decide
from deskbell.features.tickets.service.moments import with_anchors, with_next_moment
from deskbell.features.tickets.service.reading import demand_version, locked
from deskbell.features.tickets.service.recording import events_of, fields_in, record_all, record_decision
from deskbell.features.tickets.service.statuses import require_step, status_wanted
from deskbell.features.tickets.service.valuing import valued
from deskbell.kernel.access import step
from deskbell.kernel.changes import applied
from deskbell.kernel.errors import Conflict, Invalid, Problem
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.kernel.words import DONE, Status
from deskbell.runtime.database import UnitOfWork

T = TypeVar("T")


async def update(
    uow: UnitOfWork, ticket_id: UUID, changes: TicketChanges, expected_version: Precondition | None = None
) -> Ticket:
    """Sets the given fields. What is set to its present value is no change; nothing changed, nothing is recorded.

    Raises `NotFound`, `StaleVersion`, and `Invalid` naming every reference that does not hold.
    """
    uow.actor.require(Permission.TICKET_UPDATE)
    ticket = await locked(uow, ticket_id, expected_version)
    return await change_locked(uow, ticket, changes)


async def assign(
    uow: UnitOfWork,
    ticket_id: UUID,
    *,
    assignee_id: UUID | UnsetType | None = UNSET,
    group_id: UUID | UnsetType | None = UNSET,
    status: Status | UnsetType = UNSET,
    expected_version: Precondition | None = None,
) -> Ticket:
    """Assigns a ticket to an agent or group; None unassigns it. A new ticket becomes open."""
    uow.actor.require(Permission.TICKET_ASSIGN)
    ticket = await locked(uow, ticket_id, expected_version)
    changes = TicketChanges(assignee_id=assignee_id, group_id=group_id, status=status)
    return await change_locked(uow, ticket, changes)


async def set_status(
    uow: UnitOfWork, ticket_id: UUID, status: Status, expected_version: Precondition | None = None
) -> Ticket:
    """Moves a ticket to another state; a customer may close their own or open it again."""
    uow.actor.require(Permission.TICKET_CLOSE)
    ticket = await locked(uow, ticket_id)
    policy.require_requester(uow.actor, ticket)
    if not uow.actor.is_staff:
        policy.require_customer_status(ticket, status)
    demand_version(uow, ticket, expected_version)
    return await change_locked(uow, ticket, TicketChanges(status=status))


async def close(
    uow: UnitOfWork, ticket_id: UUID, reason: str | None = None, expected_version: Precondition | None = None
) -> Ticket:
    """Closes a ticket; closing a closed one changes nothing. `reason` goes into its history."""
    uow.actor.require(Permission.TICKET_CLOSE)
    ticket = await locked(uow, ticket_id, expected_version)
    policy.require_requester(uow.actor, ticket)
    return await change_locked(uow, ticket, TicketChanges(status=Status.CLOSED), reason=reason)


async def reopen(uow: UnitOfWork, ticket_id: UUID, expected_version: Precondition | None = None) -> Ticket:
    """Opens a solved or closed ticket again. Raises `Conflict` for one that is open."""
    uow.actor.require(Permission.TICKET_CLOSE)
    ticket = await locked(uow, ticket_id, expected_version)
    policy.require_requester(uow.actor, ticket)
    if not ticket.done:
        raise Conflict("ticket.already_open")
    return await change_locked(uow, ticket, TicketChanges(status=Status.OPEN))


@step("commands that authorise their actor")
async def change_locked(
    uow: UnitOfWork, ticket: Ticket, changes: TicketChanges, *, reason: str | None = None
) -> Ticket:
    """Applies changes to a ticket that this unit has locked."""
    return await write(uow, ticket, await resolve_changes(uow, ticket, changes), reason=reason)


@step("commands that authorise their actor")
async def resolve_changes(
    uow: UnitOfWork, ticket: Ticket, changes: TicketChanges, seen: Seen | None = None
) -> ResolvedChanges:
    """Changes of a locked ticket, checked and looked up, with those that follow from them; nothing of it is written yet.

    With `seen`, a command on many tickets looks each thing up once.
    """
    problems: list[Problem] = []
    subject = changes.subject if changes.subject is UNSET else clean_subject(changes.subject, problems)
    tags = changes.tags if changes.tags is UNSET else clean_tags(changes.tags)
    resolved = ResolvedChanges(
        subject=_if_new(subject, ticket.subject),
        description=_if_new(changes.description, ticket.description),
        priority=_if_new(changes.priority, ticket.priority),
        type=_if_new(changes.type, ticket.type),
        tags=_if_new(tags, ticket.tags),
    )
    if changes.custom_fields is not UNSET or changes.fields is not UNSET:
        values = await valued(
            uow, ticket.configuration, ticket.custom_fields, changes.custom_fields, changes.fields, problems
        )
        resolved = msgspec.structs.replace(resolved, custom_fields=values)
    if changes.category_id is not UNSET and changes.category_id != ticket.category_id:
        category = await resolve_category(uow, changes.category_id, problems, seen)
        resolved = msgspec.structs.replace(resolved, category=category)
    if changes.brand_id is not UNSET and changes.brand_id != ticket.brand_id:
        brand = await resolve_brand(uow, changes.brand_id, problems, seen)
        resolved = msgspec.structs.replace(resolved, brand=brand)
    resolved = await _assigned(uow, ticket, changes, resolved, problems, seen)
    wanted = status_wanted(ticket, changes, problems)
    if wanted.status in DONE and not ticket.done and uow.actor.is_staff:
        problems += required_problems(applied(ticket, resolved), "solve")
    if problems:
        raise Invalid(problems)
    require_step(ticket, wanted, uow.actor)
    if resolved.tags is not UNSET:
        resolved = msgspec.structs.replace(resolved, tag_ids=await _tag_ids(uow, resolved.tags, seen))
    status = wanted.status
    if status is UNSET and resolved.assignee and ticket.status == Status.NEW:
        status = Status.OPEN
    if status is not UNSET and status != ticket.status:
        resolved = applied(resolved, policy.after_status(ticket, status, uow.now))
    if wanted.status_id != ticket.status_id:
        resolved = msgspec.structs.replace(resolved, status_id=wanted.status_id)
    if changes.snoozed_until is not UNSET and changes.snoozed_until != ticket.snoozed_until:
        if ticket.done:
            raise Conflict("snooze.done")
        resolved = msgspec.structs.replace(resolved, snoozed_until=changes.snoozed_until)
    return resolved


def _if_new(value: T | UnsetType, present: T) -> T | UnsetType:
    return UNSET if value == present else value


async def _tag_ids(uow: UnitOfWork, names: list[str], seen: Seen | None) -> list[UUID]:
    return await once(seen, "tags", tuple(names), lambda: tag_ids_of(uow, names))


async def _assigned(
    uow: UnitOfWork,
    ticket: Ticket,
    changes: TicketChanges,
    resolved: ResolvedChanges,
    problems: list[Problem],
    seen: Seen | None,
) -> ResolvedChanges:
    if changes.assignee_id is not UNSET and changes.assignee_id != ticket.assignee_id:
        uow.actor.require(Permission.TICKET_ASSIGN)
        assignee = await resolve_assignee(uow, changes.assignee_id, problems, seen)
        resolved = msgspec.structs.replace(resolved, assignee=assignee)
    if changes.group_id is not UNSET and changes.group_id != ticket.group_id:
        uow.actor.require(Permission.TICKET_ASSIGN)
        group = await resolve_group(uow, changes.group_id, problems, seen)
        resolved = msgspec.structs.replace(resolved, group=group)
    return resolved


@step("commands that authorise their actor")
async def write(
    uow: UnitOfWork,
    ticket: Ticket,
    changes: ResolvedChanges,
    *,
    reason: str | None = None,
    comment: Comment | None = None,
    wakes: bool = True,
    occasion: str | None = None,
) -> Ticket:
    """Writes changes of a locked ticket with those of the rules that they wake, and records both.

    With a comment, version and time of the ticket change although none of its fields does. Without `wakes` no rule is
    asked; `occasion` wakes rules besides those that follow from the changes.
    """
    changed = await prepare(uow, ticket, changes, reason=reason, comment=comment, wakes=wakes, occasion=occasion)
    if changed is not ticket:
        await queries.update_fields(uow.db, changed)
    return changed


@step("`write` and commands on many tickets")
async def prepare(
    uow: UnitOfWork,
    ticket: Ticket,
    changes: ResolvedChanges,
    *,
    reason: str | None = None,
    comment: Comment | None = None,
    wakes: bool = True,
    occasion: str | None = None,
    seen: Seen | None = None,
) -> Ticket:
    """The ticket as `write` leaves it, all recorded; the caller writes it. The ticket itself when nothing changes."""
    if changes == ResolvedChanges() and comment is None:
        return ticket
    if ticket.refers_to_deleted:
        ticket = await detach_deleted(uow, ticket)
    decision = None
    written = changes
    book = await rules_of(uow, ticket.rules_version)
    if wakes and book.rules:
        written, decision = await _decided(uow, book, ticket, changes, comment, occasion, seen)
    by_rule = uow.origin.rule_id is not None
    written = with_anchors(ticket, written, comment, uow.now, by_rule=by_rule)
    written = await with_deadlines(uow, ticket, written, seen)
    changed = msgspec.structs.replace(applied(ticket, written), version=ticket.version + 1, updated_at=uow.now)
    if ticket.rules_version:
        changed = await with_next_moment(uow, book, changed)
    record_all(uow, events_of(ticket, changes, reason))
    if decision is not None:
        record_decision(uow, decision)
    return changed


async def _decided(
    uow: UnitOfWork,
    book: RuleBook,
    ticket: Ticket,
    changes: ResolvedChanges,
    comment: Comment | None,
    occasion: str | None,
    seen: Seen | None,
) -> tuple[ResolvedChanges, Decision]:
    """The changes with those of the rules that they wake."""
    by_rule = uow.origin.rule_id is not None
    left = applied(ticket, with_anchors(ticket, changes, comment, uow.now, by_rule=by_rule))
    more = frozenset() if occasion is None else frozenset({occasion})
    decision = await decide(uow, book, ticket, left, comment, fields_in(changes), more=more)
    by_rules = between(left, decision.ticket)
    if by_rules.tags is not UNSET:
        by_rules = msgspec.structs.replace(by_rules, tag_ids=await _tag_ids(uow, by_rules.tags, seen))
    return applied(changes, by_rules), decision


@step("commands that authorise their actor")
async def detach_deleted(uow: UnitOfWork, ticket: Ticket) -> Ticket:
    """Removes deleted groups, categories and tags from a locked ticket, by a change of its own; merged ones it replaces.

    The change that follows it in the history starts from what the ticket shows.
    """
    stored = await deleted_references.stored_references(uow.db, ticket.id)
    before = msgspec.structs.replace(
        ticket, group=stored.group, category=stored.category, brand=stored.brand, tags=[tag.name for tag in stored.tags],
        tag_ids=[tag.id for tag in stored.tags], lacks_a_join=False,
    )  # fmt: skip
    changes = ResolvedChanges(
        group=None if stored.group is not None and stored.group.id in stored.deleted else UNSET,
        category=stored.successors.get(stored.category.id)
        if stored.category is not None and stored.category.id in stored.deleted
        else UNSET,
        brand=None if stored.brand is not None and stored.brand.id in stored.deleted else UNSET,
    )
    left = [stored.successors.get(tag.id, None if tag.id in stored.deleted else tag) for tag in stored.tags]
    kept = list({tag.id: tag for tag in left if tag is not None}.values())
    if kept != stored.tags:
        changes = msgspec.structs.replace(changes, tags=[tag.name for tag in kept], tag_ids=[tag.id for tag in kept])
    return await write(uow, before, changes, wakes=False)

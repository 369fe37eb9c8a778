"""Changing a ticket: every way leads through `apply`, so that each answers, records and refuses alike."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from deskbell.features.tickets import policy
from deskbell.features.tickets.custom_fields import field_problems
from deskbell.features.tickets.events import TicketAssigned, TicketUpdated
from deskbell.features.tickets.queries import deleted_references
from deskbell.features.tickets.queries import tickets as queries
from deskbell.features.tickets.records import Named, Person, Ticket, TicketChanges
from deskbell.features.tickets.service.creating import (
    clean_subject,
    clean_tags,
    resolve_assignee,
    resolve_category,
    resolve_group,
    tag_ids_of,
)
from deskbell.features.tickets.service.deadlines import with_deadlines
from deskbell.features.tickets.service.reading import demand_version, locked
from deskbell.kernel.access import step
from deskbell.kernel.errors import Conflict, Invalid, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.database import UnitOfWork


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
    status: str | UnsetType = UNSET,
    expected_version: Precondition | None = None,
) -> Ticket:
    """Hands a ticket to an agent, a group, or (None) to nobody. A new ticket is open from then on."""
    uow.actor.require(Permission.TICKET_ASSIGN)
    ticket = await locked(uow, ticket_id, expected_version)
    changes = TicketChanges(assignee_id=assignee_id, group_id=group_id, status=status)
    return await change_locked(uow, ticket, changes)


async def set_status(
    uow: UnitOfWork, ticket_id: UUID, status: str, expected_version: Precondition | None = None
) -> Ticket:
    """Moves a ticket to another state; a customer may close their own or open it again."""
    uow.actor.require(Permission.TICKET_CLOSE)
    ticket = await locked(uow, ticket_id)
    if not uow.actor.is_staff:
        policy.require_customer_status(ticket, status)
    demand_version(ticket, expected_version)
    return await change_locked(uow, ticket, TicketChanges(status=status))


async def close(
    uow: UnitOfWork, ticket_id: UUID, reason: str | None = None, expected_version: Precondition | None = None
) -> Ticket:
    """Closes a ticket; closing a closed one changes nothing. `reason` goes into its history."""
    uow.actor.require(Permission.TICKET_CLOSE)
    ticket = await locked(uow, ticket_id, expected_version)
    return await change_locked(uow, ticket, TicketChanges(status="closed"), reason=reason)


async def reopen(uow: UnitOfWork, ticket_id: UUID, expected_version: Precondition | None = None) -> Ticket:
    """Opens a solved or closed ticket again. Raises `Conflict` for one that is open."""
    uow.actor.require(Permission.TICKET_CLOSE)
    ticket = await locked(uow, ticket_id, expected_version)
    if not ticket.done:
        raise Conflict("ticket.already_open")
    return await change_locked(uow, ticket, TicketChanges(status="open"))


@step("commands that authorise their actor")
async def change_locked(
    uow: UnitOfWork, ticket: Ticket, changes: TicketChanges, *, reason: str | None = None
) -> Ticket:
    """Applies changes to a ticket that this unit has locked."""
    problems: list[Problem] = []
    fields: dict[str, Any] = {
        name: value
        for name, value in changes.given().items()
        if name in ("description", "priority", "type", "custom_fields") and value != getattr(ticket, name)
    }
    if changes.subject is not UNSET and (subject := clean_subject(changes.subject, problems)) != ticket.subject:
        fields["subject"] = subject
    if "custom_fields" in fields:
        problems += field_problems(fields["custom_fields"])
    if changes.tags is not UNSET and (tags := clean_tags(changes.tags)) != ticket.tags:
        fields["tags"] = tags
    if changes.category_id is not UNSET and changes.category_id != ticket.category_id:
        fields["category"] = await resolve_category(uow, changes.category_id, problems)
    await _assignment(uow, ticket, changes, fields, problems)
    if problems:
        raise Invalid(problems)
    if "tags" in fields:
        fields["tag_ids"] = await tag_ids_of(uow, fields["tags"])
    status = changes.status
    if status is UNSET and fields.get("assignee") is not None and ticket.status == "new":
        status = "open"
    if status is not UNSET and status != ticket.status:
        fields |= policy.after_status(ticket, status, uow.now)
    return await write(uow, ticket, fields, reason=reason)


async def _assignment(
    uow: UnitOfWork, ticket: Ticket, changes: TicketChanges, fields: dict[str, Any], problems: list[Problem]
) -> None:
    if changes.assignee_id is not UNSET and changes.assignee_id != ticket.assignee_id:
        uow.actor.require(Permission.TICKET_ASSIGN)
        fields["assignee"] = await resolve_assignee(uow, changes.assignee_id, problems)
    if changes.group_id is not UNSET and changes.group_id != ticket.group_id:
        uow.actor.require(Permission.TICKET_ASSIGN)
        fields["group"] = await resolve_group(uow, changes.group_id, problems)


# What follows from another field is not recorded as a change of its own.
_DERIVED = frozenset(
    {"tag_ids", "solved_at", "closed_at", "reopen_count", "first_response_at", "updated_at", "deadlines"}
)
_ASSIGNMENT = ("assignee", "group")


@step("commands that authorise their actor")
async def write(uow: UnitOfWork, ticket: Ticket, fields: dict[str, Any], *, reason: str | None = None) -> Ticket:
    """Writes new field values of a locked ticket and records them: one event for the assignment, one for the rest."""
    if not fields:
        return ticket
    if ticket.refers_to_deleted:
        ticket = await detach_deleted(uow, ticket)
    fields = await with_deadlines(uow, ticket, fields)
    changed = policy.with_fields(ticket, {**fields, "updated_at": uow.now})
    await queries.update_fields(uow.db, changed, uow.now)
    told = {
        _word(name): Change(_told(getattr(ticket, name)), _told(value))
        for name, value in fields.items()
        if name not in _DERIVED and name not in _ASSIGNMENT
    }
    if told and reason:
        told["reason"] = Change(None, reason)
    assignment = {
        f"{name}_id": Change(_told(getattr(ticket, name)), _told(fields[name]))
        for name in _ASSIGNMENT
        if name in fields
    }
    if assignment:
        uow.record(TicketAssigned(ticket_id=ticket.id, changes=assignment))
    if told:
        uow.record(TicketUpdated(ticket_id=ticket.id, changes=told))
    return changed


@step("commands that authorise their actor")
async def detach_deleted(uow: UnitOfWork, ticket: Ticket) -> Ticket:
    """Removes deleted groups, categories and tags from a locked ticket, by a change of its own.

    The change that follows it in the history starts from what the ticket shows.
    """
    stored = await deleted_references.stored_references(uow.db, ticket.id)
    before = msgspec.structs.replace(
        ticket, group=stored.group, category=stored.category, tags=[tag.name for tag in stored.tags],
        tag_ids=[tag.id for tag in stored.tags], refers_to_deleted=False,
    )  # fmt: skip
    fields: dict[str, Any] = {}
    if stored.group is not None and stored.group.id in stored.deleted:
        fields["group"] = None
    if stored.category is not None and stored.category.id in stored.deleted:
        fields["category"] = None
    kept = [tag for tag in stored.tags if tag.id not in stored.deleted]
    if len(kept) < len(stored.tags):
        fields |= {"tags": [tag.name for tag in kept], "tag_ids": [tag.id for tag in kept]}
    return await write(uow, before, fields)


def _word(name: str) -> str:
    return "category_id" if name == "category" else name


def _told(value: Any) -> Any:
    """A value as the journal keeps it: references by id."""
    return value.id if isinstance(value, Person | Named) else value

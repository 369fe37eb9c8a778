"""Undoing an operation: the inverse of its changes, where each field still has the value that the operation left."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.tickets.bulk_records import BulkOutcome, MovedMoments
from deskbell.features.tickets.events import TicketDeleted, TicketRestored, TicketSnoozed
from deskbell.features.tickets.queries import operations as recorded
from deskbell.features.tickets.queries import tickets as queries
from deskbell.features.tickets.records import Named, Person, ResolvedChanges, Ticket
from deskbell.features.tickets.service.bulk import moved, refused
from deskbell.features.tickets.service.changing import prepare
from deskbell.features.tickets.service.creating import (
    Seen,
    once,
    resolve_assignee,
    resolve_brand,
    resolve_category,
    resolve_group,
    tag_ids_of,
)
from deskbell.features.tickets.service.recording import ASSIGNMENT, CONTENT, in_journal
from deskbell.kernel.access import step
from deskbell.kernel.errors import NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.fields import CustomField
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import Priority, Status, TicketType
from deskbell.runtime.database import UnitOfWork

__all__ = ["former_value", "reverse"]

_FIELDS: Final = {name: field for field, name in (ASSIGNMENT | CONTENT).items()}
"""The fields of a ticket by their names in the journal."""
_CAUSES: Final = {"assigned_since": "assignee"}
"""The field that moves a moment, where it is not the status."""
_RESOLVERS: Final = {
    "assignee": resolve_assignee, "group": resolve_group, "category": resolve_category, "brand": resolve_brand,
}  # fmt: skip


_KINDS: Final[dict[str, Any]] = {
    "status": Status, "status_id": UUID | None, "priority": Priority, "type": TicketType,
}  # fmt: skip


class _Left(Struct):
    """The effect of an operation on a ticket: each field before and after it; whether it deleted or restored the ticket."""

    fields: dict[str, Change] = {}
    deleted: bool | None = None


async def reverse(
    uow: UnitOfWork, operation_id: UUID, ticket_ids: Sequence[UUID], moments: Mapping[UUID, MovedMoments]
) -> list[BulkOutcome]:
    """Undoes an operation for some of its tickets. It wakes no rule, and is recorded as an operation itself.

    `moments` are those that the operation moved. A field that was changed since is kept, and so is one whose former value
    does not exist any more.
    """
    uow.actor.require(Permission.TICKET_UPDATE)
    uow.begin_operation()
    left = await _left(uow, operation_id, ticket_ids)
    if any(each.deleted is not None for each in left.values()):
        uow.actor.require(Permission.TICKET_DELETE)
    if any(name in each.fields for each in left.values() for name in ASSIGNMENT.values()):
        uow.actor.require(Permission.TICKET_ASSIGN)
    found = await queries.lock_many(uow.db, uow.actor, ticket_ids)
    hidden = await _restored(uow, [ticket_id for ticket_id, each in left.items() if each.deleted])
    found |= hidden
    outcomes: list[BulkOutcome] = []
    written: list[Ticket] = []
    seen: Seen = {}
    for ticket_id in ticket_ids:
        if ticket_id not in found:
            outcomes.append(refused(ticket_id, NotFound("ticket"), found=False))
            continue
        ticket, did = found[ticket_id], left.get(ticket_id, _Left())
        changes, kept = await _inverse(uow, ticket, did, moments.get(ticket_id), seen)
        if did.deleted and ticket_id not in hidden:
            kept = ("deleted", *kept)
        if changes.snoozed_until is None:
            uow.record(TicketSnoozed(ticket_id=ticket_id, until=None))
        changed = await prepare(uow, ticket, changes, wakes=False, seen=seen)
        if changed is not ticket:
            written.append(changed)
        outcomes.append(BulkOutcome(ticket_id, ok=True, moments=moved(ticket, changed), kept=kept))
    await queries.update_many(uow.db, written)
    await _delete_again(uow, [ticket_id for ticket_id in found if left.get(ticket_id, _Left()).deleted is False])
    return outcomes


async def _restored(uow: UnitOfWork, ticket_ids: Sequence[UUID]) -> dict[UUID, Ticket]:
    """Those of these tickets that are deleted, locked and brought back."""
    found = await queries.lock_many(uow.db, uow.actor, ticket_ids, deleted=True) if ticket_ids else {}
    if found:
        await queries.set_deleted_many(uow.db, list(found), None, uow.now)
    for ticket_id in found:
        uow.record(TicketRestored(ticket_id=ticket_id))
    return {
        ticket.id: msgspec.structs.replace(ticket, deleted_at=None, version=ticket.version + 1, updated_at=uow.now)
        for ticket in found.values()
    }


async def _delete_again(uow: UnitOfWork, ticket_ids: Sequence[UUID]) -> None:
    """Hides tickets that the operation had brought back."""
    if ticket_ids:
        await queries.set_deleted_many(uow.db, ticket_ids, uow.now, uow.now)
    for ticket_id in ticket_ids:
        uow.record(TicketDeleted(ticket_id=ticket_id))


async def _left(uow: UnitOfWork, operation_id: UUID, ticket_ids: Sequence[UUID]) -> dict[UUID, _Left]:
    left: dict[UUID, _Left] = {}
    for event in await recorded.events_of(uow.db, operation_id, ticket_ids):
        did = left.setdefault(event.ticket_id, _Left())
        if event.type in ("ticket.deleted", "ticket.restored"):
            did.deleted = event.type == "ticket.deleted"
        for name, change in event.changes.items():
            if name in _FIELDS:
                first = did.fields.get(name)
                did.fields[name] = Change(first.was if first else change.was, change.now)
    return left


async def _inverse(
    uow: UnitOfWork, ticket: Ticket, did: _Left, moments: MovedMoments | None, seen: Seen
) -> tuple[ResolvedChanges, tuple[str, ...]]:
    """The changes that undo, and the fields that are kept, by their names in the journal."""
    changes: dict[str, Any] = {}
    kept: list[str] = []
    for name, change in did.fields.items():
        if change.was == change.now:
            continue
        field = _FIELDS[name]
        if msgspec.to_builtins(in_journal(getattr(ticket, field))) != change.now:
            kept.append(name)
            continue
        known, value = await former_value(uow, field, change.was, seen)
        if known:
            changes[field] = value
        else:
            kept.append(name)
    if "tags" in changes:
        names = changes["tags"]
        changes["tag_ids"] = await once(seen, "tags", tuple(names), lambda: tag_ids_of(uow, names))
    if moments is not None:
        changes |= _former_moments(ticket, moments, changes)
    return ResolvedChanges(**changes), tuple(kept)


def _former_moments(ticket: Ticket, moments: MovedMoments, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The moments that the operation moved, as they were before it, of those that nothing has moved since."""
    found: dict[str, Any] = {}
    for name in moments.was.__struct_fields__:
        was, now = getattr(moments.was, name), getattr(moments.now, name)
        goes_back = _CAUSES.get(name, "status") in changes
        # A change back moves the moments that count from it, also one that the operation had left: rules at the creation do.
        moves = now != was or (goes_back and name.endswith("_since"))
        if (goes_back or name == "snoozed_until") and moves and getattr(ticket, name) == now:
            found[name] = was
    return found


@step("commands that undo, which authorise their actor")
async def former_value(uow: UnitOfWork, field: str, was: Any, seen: Seen) -> tuple[bool, Any]:
    """A former value as a ticket holds it, and whether what it refers to still exists."""
    if field == "custom_fields":
        return True, msgspec.convert(was, list[CustomField])
    if field not in _RESOLVERS:
        return True, msgspec.convert(was, _KINDS[field]) if field in _KINDS else was
    if was is None:
        return True, None
    problems: list[Problem] = []
    found: Person | Named | None = await _RESOLVERS[field](uow, UUID(was), problems, seen)
    return found is not None, found

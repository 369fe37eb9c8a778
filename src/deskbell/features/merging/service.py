"""Merging two contacts: what one has becomes the other's, and its sign-in ends. It cannot be undone."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.access.events import ApiKeyRevoked, MemberRemoved
from deskbell.features.access.queries import api_keys, memberships
from deskbell.features.access.records import Membership
from deskbell.features.access.service.sessions import end_other_sessions
from deskbell.features.merging import queries
from deskbell.features.merging.events import ContactMerged
from deskbell.features.merging.records import Effect, Kept
from deskbell.features.people.records.contacts import Contact, ContactChanges
from deskbell.features.people.service import contacts
from deskbell.features.tickets.events import TicketUpdated
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.permissions import Permission, Role
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.references import gone


class Merge(Struct, frozen=True):
    """Both contacts, and the numbers of objects that would move from the first to the second."""

    merged: Contact
    into: Contact
    effect: Effect


async def preview(uow: UnitOfWork, into_id: UUID, merged_id: UUID) -> Merge:
    """Both contacts and what would move. Raises `NotFound`, and `Invalid` for the same contact twice."""
    uow.actor.require(Permission.CONTACT_READ, Permission.CONTACT_WRITE, Permission.CONTACT_DELETE)
    _demand_two(into_id, merged_id)
    into = await contacts.get(uow, into_id)
    try:
        merged = await contacts.get(uow, merged_id)
    except NotFound as error:
        raise Invalid.field("contact_id", "contact.not_found") from error
    return Merge(merged, into, await queries.effect(uow.db, merged_id))


async def merge(
    uow: UnitOfWork, into_id: UUID, merged_id: UUID, kept: Kept, expected_version: Precondition | None = None
) -> Contact:
    """Gives everything of one contact to the other, which gets the `kept` fields, and removes the first.

    Raises `NotFound`, `StaleVersion`, `Invalid` for the same contact twice or an unknown one, `Conflict` for too many tickets.
    """
    uow.actor.require(Permission.CONTACT_READ, Permission.CONTACT_WRITE, Permission.CONTACT_DELETE)
    _demand_two(into_id, merged_id)
    uow.begin_operation()
    await uow.begin()
    into, merged = await _locked(uow, into_id, merged_id)
    if expected_version is not None:
        expected_version.demand(contacts.etag(await contacts.get(uow, into_id)))
    if (await queries.effect(uow.db, merged_id)).tickets > queries.MAX_TICKETS:
        raise Conflict("contact.too_many_tickets", limit=queries.MAX_TICKETS)
    tickets = await queries.move_tickets(uow.db, merged_id, into_id, uow.now)
    comments = await queries.move_comments(uow.db, merged_id, into_id)
    organization_id = uow.actor.organization_id
    await queries.move_rest(uow.db, organization_id, merged_id, into_id)
    await queries.move_fields(uow.db, merged_id, into_id)
    await queries.move_addresses(uow.db, organization_id, merged_id, into.user_id, merged.email, uow.actor.id, uow.now)
    await _end(uow, merged)
    change = {"requester_id": Change(str(merged_id), str(into_id))}
    for ticket in tickets:
        uow.record(TicketUpdated(ticket_id=ticket.id, changes=change))
    uow.record(
        ContactMerged(user_id=into_id, merged_id=merged_id, email=merged.email, tickets=len(tickets), comments=comments)
    )
    changes = ContactChanges(name=kept.name, phone=kept.phone, company=kept.company, title=kept.title)
    return await contacts.update(uow, into_id, changes)


def _demand_two(into_id: UUID, merged_id: UUID) -> None:
    if into_id == merged_id:
        raise Invalid.field("contact_id", "contact.same")


async def _locked(uow: UnitOfWork, into_id: UUID, merged_id: UUID) -> tuple[Membership, Membership]:
    """Both contacts, locked in one order: two merges of the same people must not deadlock."""
    found = {user_id: await memberships.lock_member(uow.db, user_id) for user_id in sorted((into_id, merged_id))}
    into, merged = found[into_id], found[merged_id]
    if into is None or into.role is not Role.CUSTOMER:
        raise NotFound("contact")
    if merged is None or merged.role is not Role.CUSTOMER:
        raise Invalid.field("contact_id", "contact.not_found")
    return into, merged


async def _end(uow: UnitOfWork, merged: Membership) -> None:
    """Ends the sign-in, the sessions and the keys of the merged contact immediately."""
    await memberships.end_membership(uow.db, merged.user_id, uow.now)
    for key in await api_keys.revoke_api_keys_of(uow.db, merged.user_id, uow.now):
        uow.record(ApiKeyRevoked(user_id=merged.user_id, key_id=key.id, name=key.name, scopes=key.scopes))
    await end_other_sessions(uow, merged.user_id, None)
    await gone(uow, "person", merged.user_id)
    uow.record(MemberRemoved(user_id=merged.user_id, role=merged.role.value))

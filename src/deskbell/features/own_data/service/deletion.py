"""Requests for the deletion of a customer's data: asked by the customer, decided by an admin, carried out by a worker."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.access.events import ApiKeyRevoked
from deskbell.features.access.queries import api_keys, memberships
from deskbell.features.access.service.sessions import end_other_sessions
from deskbell.features.own_data import handlers
from deskbell.features.own_data.events import (
    DeletionConfirmed,
    DeletionDeclined,
    DeletionRequested,
    DeletionWithdrawn,
)
from deskbell.features.own_data.queries import identity, requests
from deskbell.features.own_data.records import DeletionRequest, DeletionState, ListedRequest
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission, Role
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.references import gone

_MAIL_PAUSE: Final = timedelta(days=1)
"""The shortest time between two mails to the admins about requests of one person."""


class AlreadyDecided(Conflict):
    """The request was withdrawn, declined or confirmed before."""

    code = "DELETION_DECIDED"
    default = "own_data.decided"


async def mine(uow: UnitOfWork) -> DeletionRequest | None:
    """The actor's own request while it is open or confirmed, or after it was declined."""
    uow.actor.require(Permission.PROFILE)
    found = await requests.find(uow.db, uow.actor.id)
    return None if found is None or found.state == "withdrawn" else found


async def ask(uow: UnitOfWork) -> None:
    """Asks for the deletion of the actor's data. A repeat changes nothing.

    Raises `Invalid` for a member of the staff: admins remove those.
    """
    uow.actor.require(Permission.PROFILE)
    await _add(uow, uow.actor.id, None)


async def ask_for(uow: UnitOfWork, contact_id: UUID) -> ListedRequest:
    """Opens a request for a customer who asked in another way. A repeat changes nothing. Raises `NotFound`."""
    uow.actor.require(Permission.MEMBER_MANAGE)
    await _add(uow, contact_id, uow.actor.user_id)
    return await _listed(uow, contact_id)


async def withdraw(uow: UnitOfWork) -> None:
    """Takes the actor's own request back. Without an open one, nothing changes. Raises `AlreadyDecided` once it is confirmed."""
    uow.actor.require(Permission.PROFILE)
    await uow.begin()
    found = await requests.lock(uow.db, uow.actor.id)
    if found is None or found.state in ("withdrawn", "declined"):
        return
    if found.state != "open":
        raise AlreadyDecided
    await requests.update(uow.db, replace(found, state="withdrawn", decided_at=uow.now))
    uow.record(DeletionWithdrawn(user_id=uow.actor.id))


async def list_requests(uow: UnitOfWork, state: DeletionState, page: PageRequest) -> Page[ListedRequest]:
    """A page of the requests in a state, the newest first."""
    uow.actor.require(Permission.MEMBER_MANAGE)
    return await requests.list_page(uow.db, state, page)


async def confirm(uow: UnitOfWork, user_id: UUID) -> ListedRequest:
    """Confirms a request: access ends immediately, and a worker deletes the data. A repeat changes nothing.

    Raises `NotFound`, `AlreadyDecided`, `Invalid` for a person who has joined the staff since.
    """
    uow.actor.require(Permission.MEMBER_MANAGE)
    await uow.begin()
    await _demand_customer(uow, user_id, "deletion_request")
    if (found := await _undecided(uow, user_id, "confirmed")) is not None:
        await requests.update(uow.db, found)
        await _end_access(uow, user_id)
        uow.record(DeletionConfirmed(user_id=user_id))
        await handlers.erase_later(uow, user_id)
    return await _listed(uow, user_id)


async def decline(uow: UnitOfWork, user_id: UUID) -> ListedRequest:
    """Declines a request; the person gets a mail. A repeat changes nothing. Raises `NotFound`, `AlreadyDecided`."""
    uow.actor.require(Permission.MEMBER_MANAGE)
    if (found := await _undecided(uow, user_id, "declined")) is not None:
        await requests.update(uow.db, found)
        uow.record(DeletionDeclined(user_id=user_id))
        await handlers.notify_later(uow, user_id, "deletion_declined")
    return await _listed(uow, user_id)


async def _add(uow: UnitOfWork, user_id: UUID, by: UUID | None) -> None:
    await uow.begin()
    await _demand_customer(uow, user_id, "contact")
    request = DeletionRequest(user_id=user_id, state="open", requested_at=uow.now, requested_by=by)
    if await requests.open_anew(uow.db, uow.actor.organization_id, request):
        uow.record(DeletionRequested(user_id=user_id))
        if by is None and await requests.mark_admins_mailed(uow.db, user_id, uow.now, uow.now - _MAIL_PAUSE):
            await handlers.notify_admins_later(uow, user_id)


async def _demand_customer(uow: UnitOfWork, user_id: UUID, noun: str) -> None:
    """Locks a customer, also one who was removed. Raises `NotFound`, and `Invalid` for a member of the staff."""
    person = await identity.lock_person(uow.db, user_id)
    if person is None:
        raise NotFound(noun)
    if person.role is not Role.CUSTOMER:
        raise Invalid.field("", "own_data.staff")


async def _end_access(uow: UnitOfWork, user_id: UUID) -> None:
    """Ends the membership, so that no sign-in succeeds, with its keys and sessions."""
    await memberships.end_membership(uow.db, user_id, uow.now)
    for key in await api_keys.revoke_api_keys_of(uow.db, user_id, uow.now):
        uow.record(ApiKeyRevoked(user_id=user_id, key_id=key.id, name=key.name, scopes=key.scopes))
    await end_other_sessions(uow, user_id, None)
    await gone(uow, "person", user_id)


async def _undecided(uow: UnitOfWork, user_id: UUID, decision: DeletionState) -> DeletionRequest | None:
    """The locked request with this decision; None if it has it already."""
    await uow.begin()
    found = await requests.lock(uow.db, user_id)
    if found is None:
        raise NotFound("deletion_request")
    if found.state == decision:
        return None
    if found.state != "open":
        raise AlreadyDecided
    return replace(found, state=decision, decided_at=uow.now, decided_by=uow.actor.user_id)


async def _listed(uow: UnitOfWork, user_id: UUID) -> ListedRequest:
    found = await requests.find_listed(uow.db, user_id)
    if found is None:
        raise NotFound("deletion_request")
    return found

"""Further addresses of contacts: mail from them is the contact's."""

from typing import Final
from uuid import UUID

from deskbell.features.access.addresses import clean_address
from deskbell.features.access.errors import AddressTaken
from deskbell.features.access.events import MemberUpdated
from deskbell.features.access.queries import memberships
from deskbell.features.people.queries import addresses as queries
from deskbell.features.people.queries import contacts
from deskbell.features.people.records.contacts import FurtherAddress
from deskbell.features.people.service.contacts import get
from deskbell.kernel.errors import Conflict, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.permissions import Permission, Role
from deskbell.runtime.database import UnitOfWork

MOST: Final = 20
"""The maximum number of a contact's further addresses."""


async def list_addresses(uow: UnitOfWork, contact_id: UUID) -> list[FurtherAddress]:
    """The further addresses of a contact, the oldest first. Raises `NotFound`."""
    uow.actor.require(Permission.CONTACT_READ)
    await get(uow, contact_id)
    return await queries.of_contact(uow.db, contact_id)


async def add_address(uow: UnitOfWork, contact_id: UUID, email: str) -> list[FurtherAddress]:
    """Adds a further address and returns all; one that the contact has is no change.

    Raises `NotFound`, `AddressTaken` if another member has it, `Invalid` for a malformed one, `Conflict` above the limit.
    """
    uow.actor.require(Permission.CONTACT_WRITE)
    address = clean_address(email)
    before = await _locked(uow, contact_id)
    holder = await contacts.find_by_any_address(uow.db, address)
    if holder is not None:
        if holder.user_id != contact_id:
            raise AddressTaken
        return before
    if len(before) >= MOST:
        raise Conflict("contact.too_many_addresses", limit=MOST)
    if not await queries.add(uow.db, uow.actor.organization_id, contact_id, address, uow.actor.user_id, uow.now):
        raise AddressTaken  # added concurrently
    return await _recorded(uow, contact_id, before)


async def remove_address(uow: UnitOfWork, contact_id: UUID, email: str) -> None:
    """Removes a further address. Tickets stay; mail from it is that of a new contact. Raises `NotFound`."""
    uow.actor.require(Permission.CONTACT_WRITE)
    before = await _locked(uow, contact_id)
    if not await queries.remove(uow.db, contact_id, email.strip().lower()):
        raise NotFound("address")
    await _recorded(uow, contact_id, before)


async def _locked(uow: UnitOfWork, contact_id: UUID) -> list[FurtherAddress]:
    """The addresses of a contact that is locked until the unit ends."""
    member = await memberships.lock_member(uow.db, contact_id)
    if member is None or member.role is not Role.CUSTOMER:
        raise NotFound("contact")
    return await queries.of_contact(uow.db, contact_id)


async def _recorded(uow: UnitOfWork, contact_id: UUID, before: list[FurtherAddress]) -> list[FurtherAddress]:
    after = await queries.of_contact(uow.db, contact_id)
    change = Change([each.address for each in before], [each.address for each in after])
    uow.record(MemberUpdated(user_id=contact_id, changes={"addresses": change}))
    return after

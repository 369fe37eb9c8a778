"""Reads and changes contacts."""

from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.access import service as access
from deskbell.features.access.addresses import clean_address, clean_name
from deskbell.features.access.errors import AddressTaken
from deskbell.features.access.events import ApiKeyRevoked, MemberRemoved, MemberUpdated
from deskbell.features.access.queries import api_keys, memberships, users
from deskbell.features.access.records import MemberChanges, Membership
from deskbell.features.access.service.sessions import end_other_sessions
from deskbell.features.people.activity import described
from deskbell.features.people.queries import contact_values
from deskbell.features.people.queries import contacts as queries
from deskbell.features.people.records.contacts import Activity, Contact, ContactChanges, ContactSort, NewContact
from deskbell.features.people.service import contact_fields, members
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid, NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission, Role
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.references import gone


async def list_contacts(
    uow: UnitOfWork,
    search: str | None,
    sort: ContactSort,
    *,
    descending: bool,
    page: PageRequest,
    fields: str | None = None,
) -> Page[Contact]:
    """A page of the contacts; each word of `search` must be a prefix of a word in name, address or company.

    `fields` are conditions on their fields: `field.plan:gold`. Raises `Invalid` that points at a mistake in them.
    """
    uow.actor.require(Permission.CONTACT_READ)
    text = search.strip() if search else ""
    values = await contact_fields.conditions(uow, fields, "fields")
    found = await queries.list_page(uow.db, text or None, sort, descending=descending, page=page, values=values)
    return replace(found, items=await contact_fields.shown(uow, found.items))


async def get(uow: UnitOfWork, contact_id: UUID) -> Contact:
    """Returns the contact. Raises `NotFound`."""
    uow.actor.require(Permission.CONTACT_READ)
    contact = await queries.find(uow.db, contact_id)
    if contact is None:
        raise NotFound("contact")
    return (await contact_fields.shown(uow, [contact]))[0]


async def create(uow: UnitOfWork, new: NewContact) -> Contact:
    """Adds a contact by hand. A removed contact is restored, with their tickets.

    Raises `AddressTaken` when a member has the address, `Invalid` for a malformed address.
    """
    uow.actor.require(Permission.CONTACT_WRITE)
    email = clean_address(new.email)
    if await queries.find_by_any_address(uow.db, email) is not None:
        raise AddressTaken
    member = await access.add_member(
        uow, email=email, name=_clean_name(new.name), role=Role.CUSTOMER, how="entered", phone=_clean(new.phone),
        company=_clean(new.company), title=_clean(new.title),
    )  # fmt: skip
    if new.fields:
        values = await contact_fields.valued(uow, [], new.fields)
        await contact_values.set_values(uow.db, member.user_id, values, uow.now)
    if new.language is not None:
        await queries.set_language(uow.db, member.user_id, new.language, uow.now)
    contact = await get(uow, member.user_id)
    if contact.updated_at != uow.now:
        raise AddressTaken  # added concurrently
    return contact


async def ensure_customer(uow: UnitOfWork, email: str, name: str | None, *, how: str = "entered") -> Membership:
    """The member with this address, added as a customer if unknown. Raises `Invalid` for a malformed address."""
    uow.actor.require(Permission.CONTACT_WRITE)
    address = clean_address(email, "requester.email")
    member = await queries.find_by_any_address(uow.db, address)
    if member is not None:
        return member
    known_as = clean_name(name or "") or address.partition("@")[0]
    try:
        return await access.add_member(uow, email=address, name=known_as, role=Role.CUSTOMER, how=how)
    except AddressTaken:  # perhaps by a request that ran in parallel
        member = await memberships.find_member_by_email(uow.db, address)
        if member is None:
            raise
        return member


def etag(contact: Contact) -> str:
    """The entity tag of a contact's editable fields."""
    return tag_of(
        contact.name, contact.email, contact.phone, contact.company, contact.title, contact.fields, contact.language
    )


async def update(
    uow: UnitOfWork, contact_id: UUID, changes: ContactChanges, expected_version: Precondition | None = None
) -> Contact:
    """Sets the given fields.

    Raises `NotFound`, `StaleVersion`, `AddressTaken`, and `Invalid` for an address that only the contact may change.
    """
    uow.actor.require(Permission.CONTACT_WRITE)
    member = await _locked(uow, contact_id, expected_version)
    if changes.email is not UNSET:
        await change_address(uow, member, changes.email)
    values = None
    if changes.fields is not UNSET and changes.fields:
        before = await contact_values.values_of(uow.db, member.user_id)
        values = Change(before, await contact_fields.valued(uow, before, changes.fields))
    await members.update_member(
        uow,
        member.user_id,
        MemberChanges(
            name=changes.name if changes.name is UNSET else _clean_name(changes.name),
            phone=changes.phone if changes.phone is UNSET else _clean(changes.phone),
            company=changes.company if changes.company is UNSET else _clean(changes.company),
            title=changes.title if changes.title is UNSET else _clean(changes.title),
        ),
        values=values,
    )
    if changes.language is not UNSET:
        await _set_language(uow, contact_id, changes.language)
    return await get(uow, contact_id)


async def _set_language(uow: UnitOfWork, contact_id: UUID, language: str | None) -> None:
    before = (await get(uow, contact_id)).language
    if language == before:
        return
    await queries.set_language(uow.db, contact_id, language, uow.now)
    uow.record(MemberUpdated(user_id=contact_id, changes={"language": Change(before, language)}))


@step("commands that authorise their actor")
async def change_address(uow: UnitOfWork, member: Membership, email: str) -> None:
    """Changes the address of a member who never signed in; the current address is no change.

    Raises `AddressTaken` when another user has it, `Invalid` when only the member may change it.
    """
    address = clean_address(email)
    if address == member.email:
        return
    holder = await users.find_user_by_email(uow.db, address)
    if holder is not None and holder.id != member.user_id:
        raise AddressTaken
    if not await queries.change_address(uow.db, member.user_id, address, uow.now):
        raise Invalid([Problem.at("email", "contact.address_own")])
    uow.record(MemberUpdated(user_id=member.user_id, changes={"email": Change(member.email, address)}))


async def delete(uow: UnitOfWork, contact_id: UUID, expected_version: Precondition | None = None) -> None:
    """Ends a contact's access immediately and removes them from the list; their tickets stay.

    Raises `NotFound`, `StaleVersion`.
    """
    uow.actor.require(Permission.CONTACT_DELETE)
    member = await _locked(uow, contact_id, expected_version)
    await memberships.end_membership(uow.db, member.user_id, uow.now)
    for key in await api_keys.revoke_api_keys_of(uow.db, member.user_id, uow.now):
        uow.record(ApiKeyRevoked(user_id=member.user_id, key_id=key.id, name=key.name, scopes=key.scopes))
    await end_other_sessions(uow, member.user_id, None)
    await gone(uow, "person", member.user_id)
    uow.record(MemberRemoved(user_id=member.user_id, role=member.role.value))


async def activity(uow: UnitOfWork, contact_id: UUID, page: PageRequest) -> Page[Activity]:
    """A contact's own actions and changes of the contact and their tickets, newest first. Raises `NotFound`.

    An API key sees comments only with `comments:read`, and internal notes only with `comments:internal`.
    """
    uow.actor.require(Permission.CONTACT_READ, Permission.TICKET_READ)
    contact = await get(uow, contact_id)
    found = await queries.activity_page(uow.db, uow.actor, contact.id, page)
    return Page([described(row) for row in found.items], found.total, found.request, found.next_cursor)


async def _locked(uow: UnitOfWork, contact_id: UUID, expected_version: Precondition | None) -> Membership:
    member = await memberships.lock_member(uow.db, contact_id)
    if member is None or member.role is not Role.CUSTOMER:
        raise NotFound("contact")
    if expected_version is not None:
        contact = await get(uow, contact_id)
        expected_version.demand(etag(contact), contact if uow.actor.may(Permission.CONTACT_WRITE) else None)
    return member


def _clean(text: str | None) -> str | None:
    """Collapses white space; an empty text becomes None."""
    return " ".join(text.split()) or None if text is not None else None


def _clean_name(name: str) -> str:
    clean = _clean(name)
    if clean is None:
        raise Invalid.field("name", "blank")
    return clean

"""Commands on mailboxes."""

from typing import Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.access.addresses import clean_address
from deskbell.features.mail.boxes import MailboxChanges, MailboxSettings
from deskbell.features.mail.events import MailboxCreated, MailboxDeleted, MailboxUpdated
from deskbell.features.mail.policy import is_network
from deskbell.features.mail.queries import boxes as queries
from deskbell.kernel.changes import one_line, require_text
from deskbell.kernel.errors import Conflict, Invalid, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory

_ON_ADDRESSES: Final = frozenset({"addresses", "address_groups"})
"""Fields that are kept with the addresses of a mailbox."""
BOXES: Final = Directory(
    queries.BOXES,
    "mailbox",
    queries.BY_NAME,
    unique="name",
    taken=lambda box: Conflict("mailbox.name_taken", name=box.name),
    created=lambda box: MailboxCreated(mailbox_id=box.id, name=box.name, addresses=box.addresses),
    updated=lambda box, changes: MailboxUpdated(mailbox_id=box.id, changes=changes),
    deleted=lambda box: MailboxDeleted(mailbox_id=box.id, name=box.name),
)


async def list_mailboxes(uow: UnitOfWork, page: PageRequest) -> Page[MailboxSettings]:
    """A page of the mailboxes, by name."""
    uow.actor.require(Permission.MAIL_READ)
    return await BOXES.page(uow.db, page)


async def get(uow: UnitOfWork, mailbox_id: UUID) -> MailboxSettings:
    """A mailbox. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_READ)
    return await BOXES.get(uow.db, mailbox_id)


async def create(uow: UnitOfWork, changes: MailboxChanges) -> MailboxSettings:
    """Adds a mailbox. Raises `Invalid`, and `Conflict` for a name or an address that is taken."""
    uow.actor.require(Permission.MAIL_MANAGE)
    changes = await _checked(uow, changes)
    name = "" if changes.name is UNSET else changes.name
    box = MailboxSettings(id=new_id(), name=name, created_at=uow.now, updated_at=uow.now)
    given = {
        field: value
        for field in changes.__struct_fields__
        if (value := getattr(changes, field)) is not UNSET and field not in _ON_ADDRESSES
    }
    addresses = [] if changes.addresses is UNSET else changes.addresses
    groups = _groups_of({} if changes.address_groups is UNSET else changes.address_groups, addresses)
    await uow.begin()
    box = await BOXES.create(uow, replace(box, **given, addresses=addresses))
    await _give(uow, box.id, addresses)
    if groups:
        await queries.set_groups(uow.db, box.id, groups)
    return await BOXES.get(uow.db, box.id)


def etag(box: MailboxSettings) -> str:
    """The entity tag of a mailbox: all that an admin sets."""
    fields = [field for field in MailboxChanges.__struct_fields__ if field != "address_groups"]
    return tag_of([getattr(box, field) for field in fields], sorted(box.address_groups.items()))


async def update(
    uow: UnitOfWork, mailbox_id: UUID, changes: MailboxChanges, expected_version: Precondition | None = None
) -> MailboxSettings:
    """Sets the given fields; addresses are replaced as a whole.

    Raises `NotFound`, `StaleVersion`, `Invalid`, `Conflict`.
    """
    uow.actor.require(Permission.MAIL_MANAGE)
    box = await _locked(uow, mailbox_id, expected_version)
    changes = await _checked(uow, changes)
    if changes.enabled is False and box.is_default:
        raise Conflict("mailbox.default")
    plain = replace(changes, addresses=UNSET, address_groups=UNSET)
    addresses = box.addresses if changes.addresses is UNSET else changes.addresses
    if changes.address_groups is UNSET:
        groups = {each: group_id for each, group_id in box.address_groups.items() if each in addresses}
    else:
        groups = _groups_of(changes.address_groups, addresses)
    after = await BOXES.update(uow, box, plain)
    if addresses != box.addresses:
        await _give(uow, box.id, addresses)
    if addresses != box.addresses or groups != box.address_groups:
        await queries.set_groups(uow.db, box.id, groups)
        uow.record(MailboxUpdated(mailbox_id=box.id, changes=_changes_of_addresses(box, addresses, groups)))
    return await BOXES.get(uow.db, after.id)


async def delete(uow: UnitOfWork, mailbox_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a mailbox with its addresses; its mails stay.

    Raises `NotFound`, `StaleVersion`, `Conflict` for the default one.
    """
    uow.actor.require(Permission.MAIL_MANAGE)
    box = await _locked(uow, mailbox_id, expected_version)
    if box.is_default:
        raise Conflict("mailbox.default")
    await BOXES.delete(uow, box)


async def _locked(uow: UnitOfWork, mailbox_id: UUID, expected_version: Precondition | None) -> MailboxSettings:
    """A mailbox as it is once it is locked: a statement that waits for the lock reads the addresses before it waits."""
    await uow.begin()
    await BOXES.lock(uow.db, mailbox_id)
    box = await BOXES.get(uow.db, mailbox_id)
    if expected_version is not None:
        expected_version.demand(etag(box), box)
    return box


def _changes_of_addresses(box: MailboxSettings, addresses: list[str], groups: dict[str, UUID]) -> dict[str, Change]:
    before, after = (
        {each: str(group_id) for each, group_id in found.items()} for found in (box.address_groups, groups)
    )
    changes = {"addresses": Change(box.addresses, addresses), "address_groups": Change(before, after)}
    return {name: change for name, change in changes.items() if change.was != change.now}


def _groups_of(given: dict[str, UUID], addresses: list[str]) -> dict[str, UUID]:
    """Groups by address as it is stored. Raises `Invalid` for an address that is not the mailbox's."""
    groups = {address_key(address): group_id for address, group_id in given.items()}
    unknown = [each for each in groups if each not in addresses]
    if unknown:
        raise Invalid([Problem.at("address_groups", "mailbox.not_its_address", address=unknown[0])])
    return groups


async def _give(uow: UnitOfWork, mailbox_id: UUID, addresses: list[str]) -> None:
    given = await queries.set_addresses(uow.db, uow.actor.organization_id, mailbox_id, addresses, uow.now)
    if given != len(addresses):
        raise Conflict("mailbox.address_taken")


async def _checked(uow: UnitOfWork, changes: MailboxChanges) -> MailboxChanges:
    """The changes in their stored form. Raises `Invalid` with every problem."""
    require_text(name=changes.name)
    problems: list[Problem] = []
    named = {"group_id": [changes.group_id] if isinstance(changes.group_id, UUID) else []}
    named["address_groups"] = [] if changes.address_groups is UNSET else list(changes.address_groups.values())
    known = await queries.known_groups(uow.db, [group_id for ids in named.values() for group_id in ids])
    problems += [Problem.at(field, "group.unknown") for field, ids in named.items() if not known.issuperset(ids)]
    if changes.internal_networks is not UNSET:
        problems += [
            Problem.at(f"internal_networks.{i}", "mailbox.not_a_network")
            for i, each in enumerate(changes.internal_networks)
            if not is_network(each)
        ]
    addresses = changes.addresses
    if addresses is not UNSET:
        addresses, wrong = await _addresses(uow, addresses)
        problems += wrong
    if problems:
        raise Invalid(problems)
    return replace(changes, name=one_line(changes.name), addresses=addresses)


async def _addresses(uow: UnitOfWork, given: list[str]) -> tuple[list[str], list[Problem]]:
    """Addresses as they are stored; a whole domain is `@example.com`, and never the first."""
    problems: list[Problem] = []
    found: list[str] = []
    for i, each in enumerate(given):
        place = f"addresses.{i}"
        is_domain = each.startswith("@")
        try:
            key = address_key(clean_address(f"any{each}" if is_domain else each)).removeprefix(
                "any" if is_domain else ""
            )
        except Invalid as refusal:
            problems.append(Problem.at(place, refusal.first_problem.code))
            continue
        if is_domain and i == 0:
            problems.append(Problem.at(place, "mailbox.first_is_domain"))
        elif await queries.is_foreign(uow.db, key.rpartition("@")[2]):
            problems.append(Problem.at(place, "mailbox.foreign_domain"))
        else:
            found.append(key)
    return list(dict.fromkeys(found)), problems

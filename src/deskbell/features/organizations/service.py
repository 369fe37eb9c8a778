"""Commands on organizations.

Operators of the server (`platform_admin`) create, update and delete any organization; admins and owners update their
own. To all others, another organization does not exist (contracts.md, Organizations).
"""

from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET

from deskbell.features.organizations import queries
from deskbell.features.organizations.calendar import require_time_zone
from deskbell.features.organizations.events import OrganizationCreated, OrganizationDeleted, OrganizationUpdated
from deskbell.features.organizations.records import NewOrganization, Organization, OrganizationChanges
from deskbell.features.organizations.settings import changed_settings
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.hosts import is_address, of_one_owner
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork


async def list_organizations(uow: UnitOfWork, page: PageRequest) -> Page[Organization]:
    """A page of all organizations of the server."""
    uow.actor.require(Permission.PLATFORM)
    return await queries.list_page(uow.db, page)


async def get(uow: UnitOfWork, organization_id: UUID) -> Organization:
    """The actor's own organization, or any for an operator of the server. Raises `NotFound`."""
    uow.actor.require(Permission.ORGANIZATION_READ)
    _demand_reach(uow, organization_id)
    organization = await queries.find(uow.db, organization_id)
    if organization is None:
        raise NotFound("organization")
    return organization


async def create(uow: UnitOfWork, new: NewOrganization, *, own_host: str) -> Organization:
    """Adds an organization without members. `own_host` is the server's host name.

    Raises `Conflict` for a domain in use, `Invalid` for bad settings.
    """
    uow.actor.require(Permission.PLATFORM)
    settings = changed_settings({}, new.settings)
    await require_time_zone(uow.db, new.settings.time_zone)
    organization = Organization(new_id(), _clean(new.name), new.domain, settings, uow.now, uow.now)
    await _demand_free(uow, organization, own_host)
    await queries.add(uow.db, organization)
    await _enter(uow, organization.id)
    uow.record(OrganizationCreated(about_id=organization.id, name=organization.name, domain=organization.domain))
    return organization


def etag(organization: Organization) -> str:
    """The entity tag of an organization with its settings."""
    return tag_of(organization.name, organization.domain, sorted(organization.stored.items()))


async def update(
    uow: UnitOfWork,
    organization_id: UUID,
    changes: OrganizationChanges,
    expected_version: Precondition | None = None,
    *,
    own_host: str,
) -> Organization:
    """Sets the given fields. `own_host` is the server's host name, which only operators of the server may assign.

    Raises `NotFound`, `StaleVersion`, `Conflict` for a domain in use, `Invalid` for bad settings.
    """
    _demand_reach(uow, organization_id)
    if not uow.actor.may(Permission.PLATFORM):
        uow.actor.require(Permission.ORGANIZATION_MANAGE)
    organization = await queries.lock(uow.db, organization_id)
    if organization is None:
        raise NotFound("organization")
    if expected_version is not None:
        expected_version.demand(etag(organization), organization)
    stored = organization.stored
    if changes.settings is not UNSET:
        stored = changed_settings(stored, changes.settings)
        await require_time_zone(uow.db, changes.settings.time_zone)
    changed = msgspec.structs.replace(
        organization,
        name=organization.name if changes.name is UNSET else _clean(changes.name),
        domain=organization.domain if changes.domain is UNSET else changes.domain,
        stored=stored,
    )
    recorded = _changes_between(organization, changed)
    if not recorded:
        return organization
    if "domain" in recorded:
        await _demand_free(uow, changed, own_host)
    changed = msgspec.structs.replace(changed, updated_at=uow.now)
    await queries.write(uow.db, changed)
    if _workflow_of(organization) != _workflow_of(changed):
        await queries.next_workflow_version(uow.db, organization.id)
    await _enter(uow, organization.id)
    uow.record(OrganizationUpdated(about_id=organization.id, changes=recorded))
    return changed


async def delete(uow: UnitOfWork, organization_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes an organization and ends every session and API key in it, on every worker.

    Raises `NotFound`, `StaleVersion`, `Conflict` for the actor's own.
    """
    uow.actor.require(Permission.PLATFORM)
    organization = await queries.lock(uow.db, organization_id)
    if organization is None:
        raise NotFound("organization")
    if expected_version is not None:
        expected_version.demand(etag(organization), organization)
    if organization.id == uow.actor.organization_id:
        raise Conflict("organization.current")
    await queries.end(uow.db, organization.id, uow.now)
    await _enter(uow, organization.id)
    await queries.end_access(uow.db, uow.now)
    uow.record(OrganizationDeleted(about_id=organization.id, name=organization.name, domain=organization.domain))


async def _enter(uow: UnitOfWork, organization_id: UUID) -> None:
    """Enters the organization, so that its own journal records the change."""
    if uow.actor.organization_id != organization_id:
        await uow.enter(msgspec.structs.replace(uow.actor, organization_id=organization_id))


def _demand_reach(uow: UnitOfWork, organization_id: UUID) -> None:
    if organization_id != uow.actor.organization_id and not uow.actor.may(Permission.PLATFORM):
        raise NotFound("organization")


_ABSENT: Final = object()


def _workflow_of(organization: Organization) -> tuple[object, ...]:
    """The settings that belong to the configuration of tickets, which workers keep."""
    settings = organization.settings
    return settings.own_field_names, settings.hours, None if settings.hours is None else settings.time_zone


def _changes_between(was: Organization, now: Organization) -> dict[str, Change]:
    """The fields that differ, each settings key as `settings.<key>`."""
    changes = {
        field: Change(getattr(was, field), getattr(now, field))
        for field in ("name", "domain")
        if getattr(was, field) != getattr(now, field)
    }
    before: dict[str, Any] = was.stored
    after: dict[str, Any] = now.stored
    for key in sorted(before.keys() | after.keys()):
        if before.get(key, _ABSENT) != after.get(key, _ABSENT):
            changes[f"settings.{key}"] = Change(before.get(key), after.get(key))
    return changes


def _clean(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise Invalid.field("name", "blank")
    return clean


async def _demand_free(uow: UnitOfWork, organization: Organization, own_host: str) -> None:
    """Raises `Invalid` for a network address, `Conflict` for the domain of another or of the server.

    Nothing proves that the domain is theirs, and pages and mail of the host name would be, too.
    """
    domain = None if organization.domain is None else organization.domain.lower()
    if domain is None:
        return
    if is_address(domain):
        raise Invalid.field("domain", "not_a_domain")
    if own_host in of_one_owner(domain) and not uow.actor.may(Permission.PLATFORM):
        raise Conflict("organization.domain_of_server", domain=domain)
    if await queries.domain_taken(uow.db, of_one_owner(domain), organization.id):
        raise Conflict("organization.domain_taken", domain=domain)

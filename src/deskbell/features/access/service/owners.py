"""Organizations with their first owner, created by the operator or by sign-up."""

import re
from typing import Final
from uuid import UUID

from deskbell.features.access.addresses import clean_address
from deskbell.features.access.errors import AddressTaken
from deskbell.features.access.passwords import hash_password
from deskbell.features.access.policy import password_problems
from deskbell.features.access.queries import memberships, organizations, users
from deskbell.features.access.records import User
from deskbell.features.access.service.memberships import join
from deskbell.features.organizations.events import OrganizationCreated
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database, UnitOfWork

_DOMAIN: Final = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")


async def create_owner(
    database: Database, *, email: str, name: str, password: str, organization: str, domain: str
) -> None:
    """Creates an owner, and the organization if its domain is new. The owner's address counts as confirmed.

    The first owner of the server may manage all organizations (`platform_admin`). Raises `Invalid` with a problem for
    every wrong field, `AddressTaken` for an address that has a password already.
    """
    address, place = checked_owner(email=email, name=name, password=password, organization=organization, domain=domain)
    password_hash = await hash_password(password)
    async with database.unit(None) as uow:
        found = await organizations.find_by_domain(uow.db, place or "")
        if found is None:
            await create_organization_with_owner(uow, organization.strip(), place, address, name.strip(), password_hash)
        else:
            await uow.enter(Actor.system(found))
            await _make_owner(uow, address, name.strip(), password_hash)


def checked_owner(
    *, email: str, name: str, password: str, organization: str, domain: str | None
) -> tuple[str, str | None]:
    """The clean address and domain of an owner to create. Raises `Invalid` with a problem for every wrong field."""
    place = None if domain is None else domain.strip().lower().rstrip(".")
    problems = [] if place is None or _DOMAIN.fullmatch(place) else [Problem.at("domain", "not_a_domain")]
    problems += [
        Problem.at(path, "blank") for path, text in (("name", name), ("organization", organization)) if not text.strip()
    ]
    problems += password_problems(password, email.strip())
    address = ""
    try:
        address = clean_address(email)
    except Invalid as error:
        problems += error.problems
    if problems:
        raise Invalid(problems)
    return address, place


@step("the command line and the import, which act for the operator")
async def create_organization_with_owner(
    uow: UnitOfWork, name: str, domain: str | None, email: str, owner_name: str, password_hash: str
) -> UUID:
    """Creates an organization whose owner the operator trusts: the address, which must be clean, counts as confirmed."""
    organization_id = await add_organization(uow, name, domain)
    await _make_owner(uow, email, owner_name, password_hash)
    return organization_id


@step("the command line, sign-up and commands that authorise their actor")
async def add_organization(uow: UnitOfWork, name: str, domain: str | None) -> UUID:
    """Creates an organization without members; the unit enters it as the actor Deskbell."""
    organization_id = new_id()
    await organizations.add_organization(uow.db, organization_id, name, domain, uow.now)
    await uow.enter(Actor.system(organization_id))
    uow.record(OrganizationCreated(about_id=organization_id, name=name, domain=domain))
    return organization_id


async def _make_owner(uow: UnitOfWork, email: str, name: str, password_hash: str) -> None:
    first = not await users.has_platform_admin(uow.db)
    user_id = await users.add_user(uow.db, User(new_id(), email, name, None, False, None), uow.now)
    if not await users.set_first_password(uow.db, user_id, password_hash, uow.now):
        raise AddressTaken
    await users.confirm_address(uow.db, user_id, email, uow.now)
    if first:
        await users.make_platform_admin(uow.db, user_id)
    if await memberships.find_member(uow.db, user_id) is None:
        await join(uow, user_id, email=email, name=name, role=Role.OWNER, how="entered")
    else:
        await memberships.change_member(uow.db, user_id, {"role": Role.OWNER.value}, uow.now)

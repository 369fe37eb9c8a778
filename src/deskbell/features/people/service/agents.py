"""Reads and changes agents."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import UNSET, Struct
from msgspec.structs import replace

from deskbell.features.access import service as access
from deskbell.features.access.addresses import clean_address
from deskbell.features.access.errors import AddressTaken
from deskbell.features.access.events import MemberUpdated, VerificationRequested
from deskbell.features.access.passwords import hash_password
from deskbell.features.access.policy import password_problems, require_may_assign_role
from deskbell.features.access.queries import memberships, users
from deskbell.features.access.records import MemberChanges, Membership
from deskbell.features.access.service.links import create_link
from deskbell.features.groups import service as groups
from deskbell.features.groups.queries import names_of_groups
from deskbell.features.people.queries import agents as queries
from deskbell.features.people.records.agents import (
    Agent,
    AgentChanges,
    AgentFilter,
    AgentSort,
    Availability,
    NewAgent,
    StaffMember,
)
from deskbell.features.people.service import members
from deskbell.features.people.service.contacts import change_address
from deskbell.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import STAFF_ROLES, Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork


class AgentProfile(Struct, frozen=True):
    """An agent with the ids and names of their groups."""

    agent: Agent
    groups: list[tuple[UUID, str]]


async def list_agents(
    uow: UnitOfWork, filters: AgentFilter, sort: AgentSort, *, descending: bool, page: PageRequest
) -> Page[AgentProfile]:
    """A page of the organization's agents."""
    uow.actor.require(Permission.AGENT_READ)
    found = await queries.list_page(uow.db, filters, sort, descending=descending, page=page)
    return Page(await _profiles(uow, found.items), found.total, found.request, found.next_cursor)


async def choose(
    uow: UnitOfWork, *, search: str | None, ids: Sequence[UUID] | None, limit: int
) -> list[tuple[StaffMember, list[tuple[UUID, str]]]]:
    """Members of the staff with their groups, to assign a ticket to or to mention. Cheaper than `list_agents`."""
    uow.actor.require(Permission.AGENT_READ)
    found = await queries.choose(uow.db, search, ids, limit)
    named = await names_of_groups(uow.db, [each.id for each in found])
    return [(each, named.get(each.id, [])) for each in found]


async def get(uow: UnitOfWork, agent_id: UUID) -> AgentProfile:
    """Returns the agent. Raises `NotFound`."""
    uow.actor.require(Permission.AGENT_READ)
    agent = await queries.find(uow.db, agent_id)
    if agent is None:
        raise NotFound("agent")
    return (await _profiles(uow, [agent]))[0]


async def create(uow: UnitOfWork, new: NewAgent) -> AgentProfile:
    """Adds an agent and mails an invitation or, if a password is given, a request to confirm the address.

    The password applies only to a user who is new on this server; an existing user keeps their account and is invited.
    Raises `AddressTaken` for a member's address, `OwnersOnly`, and `Invalid` for a malformed address, an unacceptable
    password or unknown groups.
    """
    uow.actor.require(Permission.AGENT_MANAGE)
    require_may_assign_role(uow.actor, new.role)
    email = clean_address(new.email)
    if new.password is not None and (problems := password_problems(new.password, email)):
        raise Invalid(problems)
    if await memberships.find_member_by_email(uow.db, email) is not None:
        raise AddressTaken
    name = _clean_name(new.name)
    if new.password is not None and await users.find_user_by_email(uow.db, email) is None:
        member = await _add_with_password(uow, email, name, new, new.password)
    else:
        member = await access.invite(uow, email=email, name=name, role=new.role)
    described = {"department": _clean(new.department), "phone": _clean(new.phone), "title": _clean(new.title)}
    await queries.describe(uow.db, member.user_id, described)
    await groups.set_groups_of(uow, member.user_id, new.group_ids)
    return await get(uow, member.user_id)


async def _add_with_password(uow: UnitOfWork, email: str, name: str, new: NewAgent, password: str) -> Membership:
    member = await access.add_member(uow, email=email, name=name, role=new.role, how="invited")
    password_hash = await hash_password(password)
    organization_id = uow.actor.organization_id
    if not await queries.set_password_of_new(uow.db, organization_id, member.user_id, password_hash, uow.now):
        raise AddressTaken  # added concurrently
    link_id = await create_link(uow, member.user_id, email, "verify_email")
    uow.record(VerificationRequested(user_id=member.user_id, email=email, link_id=link_id))
    return member


def etag(profile: AgentProfile) -> str:
    """The entity tag of an agent's stored fields. Availability is no part of it, because it changes too often."""
    agent = profile.agent
    return tag_of(
        agent.name, agent.email, agent.role, agent.phone, agent.title, agent.department, sorted(profile.groups)
    )


async def update(
    uow: UnitOfWork, agent_id: UUID, changes: AgentChanges, expected_version: Precondition | None = None
) -> AgentProfile:
    """Sets the given fields; equal values are no change.

    Raises `NotFound`, `StaleVersion`, `OwnersOnly`, `LastOwner`, `AddressTaken`, and `Invalid` for unknown groups or
    for an address that only the agent may change.
    """
    uow.actor.require(Permission.AGENT_MANAGE)
    member = await _locked(uow, agent_id, expected_version)
    require_may_assign_role(uow.actor, member.role, member.role)
    if changes.email is not UNSET:
        await change_address(uow, member, changes.email)
    await members.update_member(
        uow,
        agent_id,
        MemberChanges(
            role=changes.role,
            name=changes.name if changes.name is UNSET else _clean_name(changes.name),
            phone=changes.phone if changes.phone is UNSET else _clean(changes.phone),
            title=changes.title if changes.title is UNSET else _clean(changes.title),
            department=changes.department if changes.department is UNSET else _clean(changes.department),
        ),
    )
    if changes.availability is not UNSET:
        await _set_availability(uow, agent_id, changes.availability)
    if changes.group_ids is not UNSET:
        await groups.set_groups_of(uow, agent_id, changes.group_ids)
    return await get(uow, agent_id)


async def deactivate(uow: UnitOfWork, agent_id: UUID, expected_version: Precondition | None = None) -> None:
    """Ends an agent's access immediately. Their comments and assigned tickets stay.

    Raises `NotFound`, `StaleVersion`, `OwnersOnly`, `LastOwner`, and `Conflict` for the actor.
    """
    uow.actor.require(Permission.AGENT_MANAGE)
    member = await _locked(uow, agent_id, expected_version)
    if member.user_id == uow.actor.user_id:
        raise Conflict("agent.deactivate_self")
    await access.remove_member(uow, member.user_id)


async def set_status(uow: UnitOfWork, agent_id: UUID, availability: Availability) -> AgentProfile:
    """Sets an agent's availability; others than the agent must manage agents. Raises `NotFound`, `Forbidden`."""
    uow.actor.require(Permission.AGENT_STATUS)
    member = await _locked(uow, agent_id)
    if member.user_id != uow.actor.user_id and not uow.actor.may(Permission.AGENT_MANAGE):
        raise Forbidden("agent.other_status")
    await _set_availability(uow, agent_id, availability)
    return await get(uow, agent_id)


async def _set_availability(uow: UnitOfWork, agent_id: UUID, availability: Availability) -> None:
    was = await queries.set_availability(uow.db, agent_id, availability, uow.now)
    if was is not None:
        uow.record(MemberUpdated(user_id=agent_id, changes={"availability": Change(was, availability)}))


async def _profiles(uow: UnitOfWork, agents: Sequence[Agent]) -> list[AgentProfile]:
    named = await names_of_groups(uow.db, [agent.id for agent in agents])
    if not uow.actor.may(Permission.AGENT_MANAGE):
        agents = [replace(agent, second_factor=None) for agent in agents]
    return [AgentProfile(agent, named.get(agent.id, [])) for agent in agents]


async def _locked(uow: UnitOfWork, agent_id: UUID, expected_version: Precondition | None = None) -> Membership:
    member = await memberships.lock_member(uow.db, agent_id)
    if member is None or member.role not in STAFF_ROLES:
        raise NotFound("agent")
    if expected_version is not None:
        expected_version.demand(etag(await get(uow, agent_id)))
    return member


def _clean(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text is not None else None


def _clean_name(name: str) -> str:
    clean = _clean(name)
    if clean is None:
        raise Invalid.field("name", "blank")
    return clean

"""The second factor and the sessions of agents, for those who manage agents."""

from uuid import UUID

from deskbell.features.access.errors import OwnersOnly
from deskbell.features.access.events import SessionEnded
from deskbell.features.access.queries import memberships, second_factors, sessions, users
from deskbell.features.access.records import Membership, Session
from deskbell.features.access.service.second_factor import delete_second_factor
from deskbell.features.access.service.sessions import end_other_sessions, require_recent_confirmation
from deskbell.kernel.errors import Conflict, NotFound
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import STAFF_ROLES, Permission, Role
from deskbell.runtime.database import UnitOfWork


async def list_sessions(uow: UnitOfWork, agent_id: UUID, page: PageRequest) -> Page[Session]:
    """A page of an agent's open sessions in this organization, last used first. Raises `NotFound`, `OwnersOnly`."""
    uow.actor.require(Permission.AGENT_MANAGE)
    member = await _manageable(uow, agent_id)
    return await sessions.open_sessions(uow.db, member.user_id, uow.now, page)


async def end_session(uow: UnitOfWork, agent_id: UUID, session_id: UUID) -> None:
    """Ends one session of an agent, on every worker immediately. Raises `NotFound`, `OwnersOnly`."""
    uow.actor.require(Permission.AGENT_MANAGE)
    member = await _manageable(uow, agent_id)
    if not await sessions.end_session(uow.db, member.user_id, session_id, uow.now):
        raise NotFound("session")
    uow.record(SessionEnded(user_id=member.user_id, session_id=session_id))


async def end_sessions(uow: UnitOfWork, agent_id: UUID) -> int:
    """Ends an agent's sessions, except the one that asks; returns how many. Raises `NotFound`, `OwnersOnly`."""
    uow.actor.require(Permission.AGENT_MANAGE)
    member = await _manageable(uow, agent_id)
    return await end_other_sessions(uow, member.user_id, uow.actor.session_id)


async def reset_second_factor(uow: UnitOfWork, agent_id: UUID) -> None:
    """Removes the second factor of an agent who lost their phone, and ends their sessions.

    The second factor belongs to the account. If the account also enters another organization or operates the server,
    only its operator resets it: an admin must not weaken a sign-in to what is not theirs. Raises `NotFound`,
    `OwnersOnly`, `StepUpRequired`, and `Conflict` for the actor, for another's account and without a second factor.
    """
    uow.actor.require(Permission.AGENT_MANAGE)
    member = await _manageable(uow, agent_id)
    if member.user_id == uow.actor.user_id:
        raise Conflict("second_factor.own")
    await require_recent_confirmation(uow)
    user = await users.find_user(uow.db, member.user_id)
    factor = await second_factors.find(uow.db, member.user_id)
    if user is None or factor is None or not factor.enabled:
        raise Conflict("second_factor.none")
    elsewhere = set(await memberships.organizations_of(uow.db, user.id)) - {member.organization_id}
    if elsewhere or user.platform_admin:
        raise Conflict("second_factor.elsewhere")
    await delete_second_factor(uow, user)
    await end_other_sessions(uow, user.id, None)


async def _manageable(uow: UnitOfWork, agent_id: UUID) -> Membership:
    """The agent, whose role is not above the actor's: no admin manages an owner."""
    member = await memberships.find_member(uow.db, agent_id)
    if member is None or member.role not in STAFF_ROLES:
        raise NotFound("agent")
    if member.role is Role.OWNER and uow.actor.role is not Role.OWNER:
        raise OwnersOnly
    return member

"""Memberships: adding and removing members."""

from uuid import UUID

from deskbell.features.access.errors import AddressTaken, LastOwner
from deskbell.features.access.events import ApiKeyRevoked, MemberAdded, MemberRemoved
from deskbell.features.access.policy import require_may_assign_role
from deskbell.features.access.queries import api_keys, memberships, users
from deskbell.features.access.records import Membership, User
from deskbell.features.access.service.sessions import end_other_sessions
from deskbell.kernel.access import step
from deskbell.kernel.errors import NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission, Role
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.references import gone


@step("sign-up, imports and commands that authorise their actor")
async def add_member(
    uow: UnitOfWork,
    *,
    email: str,
    name: str,
    role: Role,
    how: str,
    phone: str | None = None,
    company: str | None = None,
    title: str | None = None,
    department: str | None = None,
) -> Membership:
    """Adds a user to the actor's organization and records it. The address must be clean and not a member's yet."""
    user = User(new_id(), email, name, None, False, None)
    user_id = await users.add_user(uow.db, user, uow.now)
    return await join(
        uow, user_id, email=email, name=name, role=role, how=how, phone=phone, company=company, title=title,
        department=department,
    )  # fmt: skip


@step("sign-up, imports and commands that authorise their actor")
async def join(
    uow: UnitOfWork,
    user_id: UUID,
    *,
    email: str,
    name: str,
    role: Role,
    how: str,
    invited: bool = False,
    phone: str | None = None,
    company: str | None = None,
    title: str | None = None,
    department: str | None = None,
) -> Membership:
    """Makes a known user a member of the actor's organization and records it. Raises `AddressTaken` for a member."""
    member = Membership(
        organization_id=uow.actor.organization_id, user_id=user_id, role=role, email=email, name=name, phone=phone,
        avatar_url=None, company=company, title=title, department=department, availability="offline",
        created_at=uow.now, updated_at=uow.now, last_login_at=None, verified=False,
    )  # fmt: skip
    if not await memberships.add_membership(uow.db, member, uow.now if invited else None):
        raise AddressTaken
    uow.record(MemberAdded(user_id=user_id, role=role.value, how=how))
    return member


@step("sign-up, imports and commands that authorise their actor")
async def ensure_member(
    uow: UnitOfWork,
    user_id: UUID,
    *,
    email: str,
    name: str,
    role: Role,
    how: str,
    invited: bool = False,
    phone: str | None = None,
) -> Membership:
    """The member with this account, added if missing. Raises `AddressTaken` if another member has the address."""
    member = await memberships.find_member(uow.db, user_id)
    if member is not None:
        return member
    try:
        return await join(uow, user_id, email=email, name=name, role=role, how=how, invited=invited, phone=phone)
    except AddressTaken:  # possibly by a concurrent request
        member = await memberships.find_member(uow.db, user_id)
        if member is None:
            raise
        return member


async def remove_member(uow: UnitOfWork, user_id: UUID) -> None:
    """Removes a member immediately: sessions end, API keys are revoked. Their tickets and comments stay.

    Raises `NotFound`, `Forbidden`, `OwnersOnly` or `LastOwner`.
    """
    member, owners = await lock_with_owners(uow, user_id)
    if member.role is Role.CUSTOMER:
        uow.actor.require(Permission.CONTACT_DELETE)
    else:
        require_may_assign_role(uow.actor, member.role, member.role)
    if member.role is Role.OWNER and owners < 2:
        raise LastOwner
    await end_other_sessions(uow, user_id, None)
    for key in await api_keys.revoke_api_keys_of(uow.db, user_id, uow.now):
        uow.record(ApiKeyRevoked(user_id=user_id, key_id=key.id, name=key.name, scopes=key.scopes))
    await memberships.end_membership(uow.db, user_id, uow.now)
    await gone(uow, "person", user_id)
    uow.record(MemberRemoved(user_id=user_id, role=member.role.value))


@step("sign-up, imports and commands that authorise their actor")
async def lock_with_owners(uow: UnitOfWork, user_id: UUID) -> tuple[Membership, int]:
    """A member and the number of owners, both locked until this unit ends. Raises `NotFound`.

    Owners are locked first and in one order: two owners who change each other must not deadlock.
    """
    await uow.begin()
    owners = len(await memberships.lock_owners(uow.db))
    member = await memberships.lock_member(uow.db, user_id)
    if member is None:
        raise NotFound("member")
    return member, owners

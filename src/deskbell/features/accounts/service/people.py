"""People as members of an organization."""

from uuid import UUID

from deskbell.features.accounts.events import MemberAdded
from deskbell.features.accounts.queries import people
from deskbell.features.accounts.records import Membership, User
from deskbell.features.accounts.service.addresses import clean_address, clean_name
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import UnitOfWork

__all__ = ["add_member", "ensure_customer", "join"]


async def ensure_customer(uow: UnitOfWork, email: str, name: str | None, *, how: str = "entered") -> Membership:
    """The member with this address; one who is unknown becomes a customer. Raises `Invalid` for what is no address."""
    address = clean_address(email, "requester.email")
    member = await people.find_member_by_email(uow.db, address)
    if member is not None:
        return member
    known_as = clean_name(name or "") or address.partition("@")[0]
    return await add_member(uow, email=address, name=known_as, role=Role.CUSTOMER, how=how)


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
    """Adds a person to the actor's organization and records it. The address must be clean and not a member's yet."""
    user = User(new_id(), email, name, None, False, None)
    user_id = await people.add_user(uow.db, user, uow.now)
    return await join(
        uow, user_id, email=email, name=name, role=role, how=how, phone=phone, company=company, title=title,
        department=department,
    )  # fmt: skip


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
    """Makes a known person a member of the actor's organization and records it."""
    member = Membership(
        organization_id=uow.actor.organization_id, user_id=user_id, role=role, email=email, name=name, phone=phone,
        avatar_url=None, company=company, title=title, department=department, availability="offline",
        created_at=uow.now, updated_at=uow.now, last_login_at=None, verified=False,
    )  # fmt: skip
    await people.add_membership(uow.db, member, uow.now if invited else None)
    uow.record(MemberAdded(user_id=user_id, role=role.value, how=how))
    return member

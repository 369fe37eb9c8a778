"""Who the caller is."""

from deskbell.features.accounts.queries import organizations, people
from deskbell.features.accounts.records import Belonging, Membership
from deskbell.kernel.errors import Unauthenticated
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["my_organizations", "myself"]


async def myself(uow: UnitOfWork) -> Membership:
    """The actor as the organization knows them."""
    uow.actor.require(Permission.PROFILE)
    member = await people.find_member(uow.db, uow.actor.id)
    if member is None:
        raise Unauthenticated
    return member


async def my_organizations(uow: UnitOfWork) -> list[Belonging]:
    """The organizations that the actor can sign in to."""
    uow.actor.require(Permission.PROFILE)
    return await organizations.belongings_of(uow.db, uow.actor.id)

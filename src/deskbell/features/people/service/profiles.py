"""Profiles: the actor's own, other members' and public ones."""

from uuid import UUID

from deskbell.features.access.queries import memberships
from deskbell.features.access.records import Membership
from deskbell.features.people.queries import profiles
from deskbell.features.people.queries.profiles import PublicProfile
from deskbell.kernel.access import anyone
from deskbell.kernel.errors import NotFound, Unauthenticated
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


async def myself(uow: UnitOfWork) -> Membership:
    """The actor's membership."""
    uow.actor.require(Permission.PROFILE)
    member = await memberships.find_member(uow.db, uow.actor.id)
    if member is None:
        raise Unauthenticated
    return member


@anyone("name and picture are public; the rest asks for a permission")
async def view_profile(uow: UnitOfWork, user_id: UUID) -> Membership | PublicProfile:
    """The membership for the member and for staff of the organization, else name and picture. Raises `NotFound`.

    An API key reads its owner's profile with `profile:manage` and other profiles with `contacts:read`.
    """
    if uow.anonymous:
        profile = await profiles.public_profile(uow.db, user_id)
        if profile is None:
            raise NotFound("user")
        return profile
    member = await memberships.find_member(uow.db, user_id)
    if member is None:
        raise NotFound("user")
    if uow.actor.may(Permission.PROFILE if uow.actor.user_id == user_id else Permission.CONTACT_READ):
        return member
    return PublicProfile(member.user_id, member.name, member.avatar_url)

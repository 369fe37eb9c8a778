"""Looking at a person's profile: as somebody of the same organization, or as anybody."""

from uuid import UUID

from deskbell.features.accounts.queries import people, profiles
from deskbell.features.accounts.queries.profiles import PublicProfile
from deskbell.features.accounts.records import Membership
from deskbell.kernel.errors import NotFound
from deskbell.runtime.database import UnitOfWork

__all__ = ["PublicProfile", "view_profile"]


async def view_profile(uow: UnitOfWork, user_id: UUID) -> Membership | PublicProfile:
    """All of a member to themselves and to staff of their organization, else the name and picture. Raises `NotFound`."""
    if uow.anonymous:
        profile = await profiles.public_profile(uow.db, user_id)
        if profile is None:
            raise NotFound("user")
        return profile
    member = await people.find_member(uow.db, user_id)
    if member is None:
        raise NotFound("user")
    if uow.actor.is_staff or uow.actor.user_id == user_id:
        return member
    return PublicProfile(member.user_id, member.name, member.avatar_url)

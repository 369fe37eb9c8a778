"""The pictures of members: kept small, and served by this server alone."""

from uuid import UUID

from deskbell.features.access.records import MemberChanges, Membership
from deskbell.features.people.queries import avatars as queries
from deskbell.features.people.service.members import update_member
from deskbell.kernel.access import anyone
from deskbell.kernel.errors import NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

PLACE = "/api/v1/avatars/"
"""The beginning of the address of every avatar."""


async def set_avatar(uow: UnitOfWork, portrait: bytes) -> Membership:
    """Gives the actor a picture, a portrait of `runtime.pictures`; the address of the one before ends."""
    uow.actor.require(Permission.PROFILE)
    avatar_id = new_id()
    await queries.replace(uow.db, uow.actor.organization_id, uow.actor.id, avatar_id, portrait, uow.now)
    return await update_member(uow, uow.actor.id, MemberChanges(avatar_url=f"{PLACE}{avatar_id}"))


async def remove_avatar(uow: UnitOfWork) -> Membership:
    """Removes the actor's picture, if there is one."""
    uow.actor.require(Permission.PROFILE)
    await queries.remove(uow.db, uow.actor.id)
    return await update_member(uow, uow.actor.id, MemberChanges(avatar_url=None))


@anyone("pictures are shown to customers and on public pages; an id cannot be guessed")
async def portrait(uow: UnitOfWork, avatar_id: UUID) -> bytes:
    """The picture of an avatar. Raises `NotFound`."""
    found = await queries.content(uow.db, avatar_id)
    if found is None:
        raise NotFound("file")
    return found


def ours(address: str | None) -> str | None:
    """The address of a picture if this server serves it to everyone; None for one elsewhere, which no page may load."""
    return address if address is not None and address.startswith(PLACE) else None

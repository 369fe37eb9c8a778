"""Followers: people who read a ticket's public part, and may answer by mail, besides its requester."""

from collections.abc import Sequence
from uuid import UUID

from deskbell.features.tickets.events import FollowerAdded, FollowerRemoved
from deskbell.features.tickets.queries import followers as queries
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.records import Follower, FollowReason, Ticket
from deskbell.features.tickets.service.reading import find, locked
from deskbell.kernel.access import step
from deskbell.kernel.errors import NotFound
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["add_follower", "add_followers", "list_followers", "remove_follower", "remove_followers"]


async def list_followers(uow: UnitOfWork, ticket_id: UUID) -> list[Follower]:
    """The followers of a ticket, the longest first; for staff. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ, Permission.CONTACT_READ)
    await find(uow, ticket_id)
    return await queries.of_ticket(uow.db, ticket_id)


async def add_follower(uow: UnitOfWork, ticket_id: UUID, user_id: UUID) -> list[Follower]:
    """Lets a member follow a ticket and returns its followers; the requester needs not. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_UPDATE, Permission.CONTACT_READ)
    ticket = await locked(uow, ticket_id)
    if await references.find_person(uow.db, user_id) is None:
        raise NotFound("user")
    await add_followers(uow, ticket, [user_id], "added")
    return await queries.of_ticket(uow.db, ticket_id)


@step("`add_follower`, incoming mail and rules")
async def add_followers(uow: UnitOfWork, ticket: Ticket, user_ids: Sequence[UUID], how: FollowReason) -> list[UUID]:
    """Adds members of the organization as followers, except the requester; returns the new ones."""
    wanted = [user_id for user_id in dict.fromkeys(user_ids) if user_id != ticket.requester.id]
    if not wanted:
        return []
    added = await queries.add(
        uow.db, ticket.organization_id, ticket.id, wanted, how, uow.actor.user_id, uow.now
    )  # fmt: skip
    for user_id in added:
        uow.record(FollowerAdded(ticket_id=ticket.id, user_id=user_id, how=how))
    return added


@step("rules")
async def remove_followers(uow: UnitOfWork, ticket: Ticket, user_ids: Sequence[UUID]) -> None:
    """Ends that people follow a ticket; for those who do not, nothing changes."""
    for user_id in dict.fromkeys(user_ids):
        if await queries.remove(uow.db, ticket.id, user_id):
            uow.record(FollowerRemoved(ticket_id=ticket.id, user_id=user_id))


async def remove_follower(uow: UnitOfWork, ticket_id: UUID, user_id: UUID) -> None:
    """Ends that a person follows a ticket: staff for any follower, members for themselves. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ)
    if user_id != uow.actor.user_id:
        uow.actor.require(Permission.TICKET_UPDATE)
    await find(uow, ticket_id)
    await uow.begin()
    if not await queries.remove(uow.db, ticket_id, user_id):
        raise NotFound("follower")
    uow.record(FollowerRemoved(ticket_id=ticket_id, user_id=user_id))

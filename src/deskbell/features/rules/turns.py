"""Tickets of a group go to its members in turn. The group's row is locked meanwhile: turns are exact, however many arrive."""

from uuid import UUID

from deskbell.features.rules.queries import turns as queries
from deskbell.features.tickets.rules import Distribution
from deskbell.kernel.access import step
from deskbell.kernel.errors import Conflict
from deskbell.runtime.database import UnitOfWork


@step("effects of rules, and the use of a macro, which authorise their actor; both have locked the ticket")
async def whose_turn(uow: UnitOfWork, group_id: UUID | None, how: Distribution) -> UUID:
    """The member of a group whose turn it is, until the unit ends. Raises `Conflict` where there is none.

    The ticket is locked before the group, always: two that distribute one ticket never wait for each other.
    """
    if group_id is None or not await queries.lock_group(uow.db, group_id):
        raise Conflict("distribute.no_group")
    user_id = await queries.next_member(uow.db, group_id, present=how.present, least_open=how.by == "least_open")
    if user_id is None:
        raise Conflict("distribute.nobody")
    return user_id


@step("effects of rules, and the use of a macro, which authorise their actor")
async def note_turn(uow: UnitOfWork, group_id: UUID, user_id: UUID) -> None:
    """Notes that a member of a group, found by `whose_turn`, was given a ticket."""
    await queries.note_turn(uow.db, uow.actor.organization_id, group_id, user_id)

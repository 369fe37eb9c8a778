"""Gives tickets to the members of a group in turn."""

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.rules.records import TakenEffect
from deskbell.features.rules.taking import Due
from deskbell.features.rules.turns import note_turn, whose_turn
from deskbell.features.tickets.records import Ticket, TicketChanges
from deskbell.features.tickets.rules import Distribution
from deskbell.features.tickets.service import get_locked
from deskbell.features.tickets.service.changing import change_locked
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork


@step("the reader of the journal that carries out effects")
async def distribute(uow: UnitOfWork, ticket: Ticket, due: Due, how: Distribution) -> TakenEffect:
    """Gives an unassigned ticket to a member of a group. A person who took it meanwhile keeps it. Raises `Conflict`."""
    ticket = await get_locked(uow, ticket.id)
    if ticket.assignee is not None or ticket.done:
        return replace(due.effect, outcome="refused", reason="distribute.taken")
    group_id = ticket.group_id if how.group is UNSET else due.ids["group", how.group]
    user_id = await whose_turn(uow, group_id, how)
    assert group_id is not None  # it has members
    await change_locked(uow, ticket, TicketChanges(assignee_id=user_id, group_id=group_id))
    await note_turn(uow, group_id, user_id)
    return due.effect

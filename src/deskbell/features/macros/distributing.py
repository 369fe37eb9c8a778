"""A macro that distributes: the ticket goes to a member of its group in turn, as part of the change."""

from typing import TypeVar
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.macros.records import Macro
from deskbell.features.rules.turns import note_turn, whose_turn
from deskbell.features.tickets.records import NewTicket, TicketChanges
from deskbell.kernel.access import step
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

C = TypeVar("C", TicketChanges, NewTicket)


@step("the use of a macro, which authorises its actor for the ticket")
async def distributed(uow: UnitOfWork, macro: Macro, changes: C, group_id: UUID | None, *, takes: bool) -> C:
    """Changes with the member whose turn it is, if the macro distributes.

    `group_id` is the ticket's group after the changes; `takes`: the ticket is neither assigned nor done then. Raises `Conflict`
    where no member can get it.
    """
    how = next((action.distribute for action in macro.actions if action.distribute is not UNSET), None)
    if how is None:
        return changes
    uow.actor.require(Permission.TICKET_ASSIGN)
    if not takes:
        return changes
    if how.group is not UNSET:
        group_id = next(each.id for each in macro.names if (each.kind, each.name) == ("group", how.group))
    user_id = await whose_turn(uow, group_id, how)
    assert group_id is not None  # it has members
    await note_turn(uow, group_id, user_id)
    return replace(changes, assignee_id=user_id, group_id=group_id)

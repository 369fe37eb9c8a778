"""Tickets of a group go to its members in turn. The group's row is locked meanwhile: turns are exact, however many arrive."""

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.effects import queries
from deskbell.features.rules.records import TakenEffect
from deskbell.features.rules.taking import Due
from deskbell.features.tickets.records import Ticket, TicketChanges
from deskbell.features.tickets.rules import Distribution
from deskbell.features.tickets.service import get_locked
from deskbell.features.tickets.service.changing import change_locked
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork


@step("the reader of the journal that carries out effects")
async def distribute(uow: UnitOfWork, ticket: Ticket, due: Due, how: Distribution) -> TakenEffect:
    """Gives an unassigned ticket to a member of a group. A person who took it meanwhile keeps it."""
    # The ticket is locked before the group, always: two effects on one ticket never wait for each other.
    ticket = await get_locked(uow, ticket.id)
    group_id = ticket.group_id if how.group is UNSET else due.ids["group", how.group]
    if ticket.assignee is not None or ticket.done:
        return replace(due.effect, outcome="refused", reason="distribute.taken")
    if group_id is None or not await queries.lock_group(uow.db, group_id):
        return replace(due.effect, outcome="refused", reason="distribute.no_group")
    user_id = await queries.next_member(uow.db, group_id, present=how.present, least_open=how.by == "least_open")
    if user_id is None:
        return replace(due.effect, outcome="refused", reason="distribute.nobody")
    await change_locked(uow, ticket, TicketChanges(assignee_id=user_id, group_id=group_id))
    await queries.note_turn(uow.db, uow.actor.organization_id, group_id, user_id)
    return due.effect

"""Actions of macros that are no fields: followers, escalations and notifications."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.macros.records import Macro, MacroAction
from deskbell.features.tickets.events import MacroApplied, MacroNotice
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.records import Named, Ticket, TicketChanges
from deskbell.features.tickets.rules import ME
from deskbell.features.tickets.service.followers import add_followers, remove_followers
from deskbell.features.tickets.service.recording import escalated
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork

MAX_NOTICE: Final = 500
"""The maximum length of the text of a notification, in characters."""


@step("the use of a macro, which authorises its actor for the ticket")
async def carry_out(
    uow: UnitOfWork, macro: Macro, ticket: Ticket, changes: TicketChanges, texts: Sequence[str]
) -> None:
    """Changes who follows a ticket, and records an escalation and the notifications, which follow from the journal.

    `ticket` is the one before `changes`; `texts` are those of the notifications, in their order.
    """
    ids = {(each.kind, each.name): each.id for each in macro.names}
    for action in macro.actions:
        await _follow(uow, ticket, action, ids)
    if any(action.escalate is not UNSET for action in macro.actions):
        uow.record(escalated(_after(ticket, changes)))
    notices = notices_of(macro.actions, ids, ticket.subject, texts)
    if notices:
        uow.record(MacroApplied(ticket_id=ticket.id, macro_id=macro.id, name=macro.title, notices=notices))


@step("the use of a macro, which authorises its actor for the ticket")
def notices_of(
    actions: Sequence[MacroAction], ids: Mapping[tuple[str, str], UUID], subject: str, texts: Sequence[str]
) -> list[MacroNotice]:
    """The notifications of a macro; an escalation notifies the leads of the ticket's subject."""
    left = iter(texts)
    found = []
    for action in actions:
        if action.escalate is not UNSET:
            found.append(MacroNotice(subject[:MAX_NOTICE], leads=True))
        if action.notify is not UNSET:
            notice = action.notify
            people, groups = (
                [ids["person", name] for name in notice.people],
                [ids["group", name] for name in notice.groups],
            )
            found.append(MacroNotice(next(left)[:MAX_NOTICE], people, groups, notice.assignee, notice.leads))
    return found


async def _follow(uow: UnitOfWork, ticket: Ticket, action: MacroAction, ids: Mapping[tuple[str, str], UUID]) -> None:
    names = action.follow if action.follow is not UNSET else action.unfollow
    if names is UNSET:
        return
    people = [uow.actor.id if name == ME else ids["person", name] for name in names]
    if action.follow is UNSET:
        await remove_followers(uow, ticket, people)
        return
    staff = [user_id for user_id in people if await references.find_staff(uow.db, user_id) is not None]
    await add_followers(uow, ticket, staff, "added")


def _after(ticket: Ticket, changes: TicketChanges) -> Ticket:
    if changes.priority is not UNSET:
        ticket = replace(ticket, priority=changes.priority)
    if changes.group_id is not UNSET:
        ticket = replace(ticket, group=None if changes.group_id is None else Named(changes.group_id, ""))
    return ticket

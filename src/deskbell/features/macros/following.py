"""Actions of macros besides fields and words: followers change with the ticket, the others follow from the journal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.canned import template
from deskbell.features.macros.records import Macro, MacroAction
from deskbell.features.tickets.events import MacroApplied, MacroEffect
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.records import Named, Ticket, TicketChanges
from deskbell.features.tickets.rules import ME, Action
from deskbell.features.tickets.service.followers import add_followers, remove_followers
from deskbell.features.tickets.service.recording import escalated
from deskbell.kernel.access import step
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

_FOLLOWS: Final = ("escalate", "notify", "mail", "webhook")
"""The actions that follow from the journal."""
_SHOWN: Final = ("distribute", "follow", "unfollow", *_FOLLOWS)


def with_texts(macro: Macro, values: Mapping[str, Mapping[str, str]]) -> list[MacroAction]:
    """The actions of a macro with the variables in their texts replaced."""
    return [_with_texts(action, values) for action in macro.actions]


def _with_texts(action: MacroAction, values: Mapping[str, Mapping[str, str]]) -> MacroAction:
    if action.notify is not UNSET:
        return replace(action, notify=replace(action.notify, text=template.render(action.notify.text, values).text))
    if action.mail is not UNSET:
        subject, text = (template.render(each, values).text for each in (action.mail.subject, action.mail.text))
        return replace(action, mail=replace(action.mail, subject=subject, text=text))
    if action.webhook is not UNSET:
        return replace(action, webhook=replace(action.webhook, data=template.rendered_in(action.webhook.data, values)))
    return action


def shown_effects(actions: Sequence[MacroAction]) -> list[MacroAction]:
    """The actions that a preview shows besides changes of fields and words."""
    return [action for action in actions if any(getattr(action, name) is not UNSET for name in _SHOWN)]


@step("the use of a macro, which authorises its actor for the ticket")
async def carry_out(
    uow: UnitOfWork, macro: Macro, ticket: Ticket, changes: TicketChanges, actions: Sequence[MacroAction], *, acts: bool
) -> None:
    """Changes who follows a ticket, and records the use of the macro and an escalation, unless nothing is done.

    `ticket` is the one before `changes`; `actions` have their texts; `acts`: fields are changed, or words written.
    """
    ids = {(each.kind, each.name): each.id for each in macro.names}
    recorded = len(uow.recorded)
    for action in macro.actions:
        await _follow(uow, ticket, action, ids)
    effects = list(_effects_of(actions))
    if any(each.action.mail is not UNSET for each in effects):
        uow.actor.require(Permission.COMMENT_CREATE)
    if acts or effects or len(uow.recorded) > recorded:
        uow.record(
            MacroApplied(
                ticket_id=ticket.id, macro_id=macro.id, name=macro.title, version=macro.version, effects=effects,
                names=[each for each in macro.names if each.kind in ("person", "group", "webhook")] if effects else [],
                calls=[
                    ids["webhook", each.action.webhook.webhook] for each in effects if each.action.webhook is not UNSET
                ],
            )
        )  # fmt: skip
    if any(action.escalate is not UNSET for action in macro.actions):
        uow.record(escalated(_after(ticket, changes)))


def _effects_of(actions: Sequence[MacroAction]) -> Iterator[MacroEffect]:
    for place, action in enumerate(actions):
        if any(getattr(action, name) is not UNSET for name in _FOLLOWS):
            yield MacroEffect(place, msgspec.convert(msgspec.to_builtins(action), Action))


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

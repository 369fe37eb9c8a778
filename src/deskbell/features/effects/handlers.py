"""Carries out the effects of rules that fired and of macros that were used, each once.

Calls of webhooks are made where deliveries are made.
"""

from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.canned import queries as canned_queries
from deskbell.features.effects.distributing import distribute
from deskbell.features.effects.mailing import send_letter
from deskbell.features.effects.writing import RuleWords, write_words
from deskbell.features.macros.for_rules import shared_macro, words_of
from deskbell.features.mail.policy import is_robot
from deskbell.features.mail.queries.mailboxes import own_addresses
from deskbell.features.notifications import queries as recipients
from deskbell.features.notifications.mailing import notify_and_mail
from deskbell.features.notifications.records import Recipient
from deskbell.features.notifications.service import NotificationContent
from deskbell.features.rules import taking
from deskbell.features.rules.queries import files as rule_files
from deskbell.features.rules.records import TakenEffect
from deskbell.features.rules.taking import Cause, Due, text_of
from deskbell.features.tickets.events import MacroApplied, RuleFired
from deskbell.features.tickets.queries import references, tickets
from deskbell.features.tickets.records import Person, Ticket
from deskbell.features.tickets.rules import ME, Action, Notice, Words
from deskbell.features.tickets.service.followers import add_followers, remove_followers
from deskbell.kernel.errors import DeskbellError, Problem
from deskbell.kernel.events import JournalEntry
from deskbell.kernel.rules.operators import Ids
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import on
from deskbell.runtime.sql import sql
from deskbell.runtime.tools import Tools

_MAX_NOTICE: Final = 500
"""The maximum length of the text of a notification, in characters."""


@on(RuleFired)
async def take_effects(uow: UnitOfWork, recorded: JournalEntry[RuleFired], tools: Tools) -> None:
    """Writes the words of a rule, notifies members, and so on. What cannot be done is recorded with its reason."""
    await _take(uow, recorded, tools)


@on(MacroApplied)
async def take_effects_of_macro(uow: UnitOfWork, recorded: JournalEntry[MacroApplied], tools: Tools) -> None:
    """Notifies members and sends mails as a macro says that a person used. What cannot be done is recorded with its reason."""
    await _take(uow, recorded, tools)


async def _take(uow: UnitOfWork, recorded: Cause, tools: Tools) -> None:
    ticket = None
    for due in await taking.due_effects(uow, recorded):
        if due.effect.kind == "webhook" or not await taking.take(uow, due.effect):
            continue
        if ticket is None:
            ticket = await tickets.find_visible(uow.db, uow.actor, recorded.event.ticket_id)
        try:
            outcome = await _carry_out(uow, recorded, ticket, due, tools)
        except DeskbellError as refusal:  # raised before anything is written
            outcome = replace(due.effect, outcome="refused", reason=refusal.reason.code)
        await taking.note_outcome(uow, outcome)


async def _carry_out(uow: UnitOfWork, recorded: Cause, ticket: Ticket | None, due: Due, tools: Tools) -> TakenEffect:
    effect, action = due.effect, due.action
    automatic = isinstance(recorded.event, RuleFired) and recorded.event.automatic
    if due.stopped:
        return replace(effect, outcome="cancelled", reason="rule.stopped")
    if ticket is None:
        return replace(effect, outcome="refused", reason="ticket.not_found")
    if action.notify is not UNSET:
        return await _notify(uow, recorded, ticket, due, action.notify)
    if action.escalate is not UNSET:
        escalated = Notice(text=ticket.subject, leads=True)
        return await _notify(uow, recorded, ticket, replace(due, rendered=True), escalated)
    if action.follow is not UNSET or action.unfollow is not UNSET:
        followed = await _follow(uow, ticket, due.action, due.ids)
        return effect if followed else replace(effect, outcome="refused", reason="agent.unknown")
    if action.distribute is not UNSET:
        return await distribute(uow, ticket, due, action.distribute)
    if action.mail is not UNSET:
        return await send_letter(uow, ticket, due, action.mail, automatic=automatic)
    if action.macro is not UNSET:
        return await _write_macro(uow, ticket, due, tools, automatic=automatic)
    words = action.reply if action.reply is not UNSET else action.note
    assert words is not UNSET  # the other effects are calls of webhooks
    if action.reply is not UNSET:
        effect = await _answerable(uow, ticket, effect, automatic=automatic)
    return effect if effect.outcome != "done" else await _write(uow, ticket, replace(due, effect=effect), words, tools)


async def _answerable(uow: UnitOfWork, ticket: Ticket, effect: TakenEffect, *, automatic: bool) -> TakenEffect:
    """The effect with the address that it writes to; suppressed where a machine would read it, or too many were written."""
    address = ticket.requester.email.lower()
    if automatic:
        return replace(effect, outcome="suppressed", reason="reply.to_automatic_mail")
    if is_robot(address):
        return replace(effect, outcome="suppressed", reason="reply.to_robot")
    if await own_addresses(uow.db, [address]):
        return replace(effect, outcome="suppressed", reason="reply.to_own_address")
    if not await taking.may_write_to(uow, address):
        return replace(effect, outcome="suppressed", reason="reply.too_many")
    return replace(effect, address=address)


async def _write_macro(uow: UnitOfWork, ticket: Ticket, due: Due, tools: Tools, *, automatic: bool) -> TakenEffect:
    """Writes the words of a macro. Its fields are part of the change, its other actions effects of their own."""
    assert due.action.macro is not UNSET  # this is its effect
    macro = await shared_macro(uow, due.ids["macro", due.action.macro])
    words = None if macro is None else await words_of(uow, macro)
    if words is None:
        return due.effect
    effect = await _answerable(uow, ticket, due.effect, automatic=automatic) if words.public else due.effect
    if effect.outcome != "done":
        return effect
    author = await _author(uow, due)
    if author is None:
        return replace(effect, outcome="refused", reason="author.not_found", address=None)
    await write_words(uow, tools.storage, ticket, RuleWords(words.text, words.public, words.files), author)
    return effect


async def _write(uow: UnitOfWork, ticket: Ticket, due: Due, words: Words, tools: Tools) -> TakenEffect:
    author = await _author(uow, due)
    if author is None:
        return replace(due.effect, outcome="refused", reason="author.not_found", address=None)
    text = words.text
    if words.canned is not UNSET:
        response = await canned_queries.RESPONSES.find(uow.db, sql("c.id = {}", due.ids["canned", words.canned]))
        if response is None:
            return replace(due.effect, outcome="refused", reason="canned_response.not_found", address=None)
        text = response.content
    assert text is not UNSET  # words have a text or a canned response
    file_ids = [due.ids["file", name] for name in dict.fromkeys(words.files)]
    files = await rule_files.by_ids(uow.db, file_ids) if file_ids else []
    await write_words(uow, tools.storage, ticket, RuleWords(text, due.effect.kind == "reply", files), author)
    return due.effect


async def _author(uow: UnitOfWork, due: Due) -> Person | None:
    """The author of a rule's words, while they belong to the staff."""
    user_id = due.ids.get(("person", due.runs_as or ""))
    return None if user_id is None else await references.find_staff(uow.db, user_id)


async def _notify(uow: UnitOfWork, recorded: Cause, ticket: Ticket, due: Due, notice: Notice) -> TakenEffect:
    """Notifies members of the staff. Who used a macro is not notified by it."""
    people = await _recipients(uow, ticket, notice, due.ids)
    if not people:
        return replace(due.effect, outcome="refused", reason="notice.to_none")
    text = await text_of(uow, due, notice.text, ticket)
    content = NotificationContent(
        kind="rule", event_id=recorded.id, ticket_id=ticket.id, message=text[:_MAX_NOTICE],
        actor_id=recorded.actor_id if isinstance(recorded.event, MacroApplied) else None,
        title=Problem("notification.rule", "", {"name": due.name, "number": ticket.number}),
    )  # fmt: skip
    await notify_and_mail(uow, content, people)
    return due.effect


async def _follow(uow: UnitOfWork, ticket: Ticket, action: Action, ids: Ids) -> bool:
    """Lets members of the staff follow a ticket, or ends it; whether there was one. `me` of a macro is left out."""
    names = action.follow if action.follow is not UNSET else action.unfollow
    if names is UNSET:
        return False
    people = [ids["person", name] for name in names if name != ME or ("person", name) in ids]
    if action.follow is UNSET:
        await remove_followers(uow, ticket, people)
        return True
    staff = [user_id for user_id in people if await references.find_staff(uow.db, user_id) is not None]
    await add_followers(uow, ticket, staff, "rule")
    return bool(staff)


async def _recipients(uow: UnitOfWork, ticket: Ticket, notice: Notice, ids: Ids) -> list[Recipient]:
    """The members of the staff that a notice names."""
    people = [ids["person", name] for name in notice.people]
    if notice.assignee and ticket.assignee_id is not None:
        people.append(ticket.assignee_id)
    found = [each for each in await recipients.recipients(uow.db, people) if each.is_staff] if people else []
    for name in notice.groups:
        found += await recipients.group_staff(uow.db, ids["group", name])
    return found + (await recipients.leads(uow.db) if notice.leads else [])

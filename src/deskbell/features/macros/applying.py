"""Applying macros: one transaction a ticket, with the rights of the person who does it."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import UNSET, Struct

from deskbell.features.canned import template
from deskbell.features.canned.context import context_of
from deskbell.features.canned.queries import RESPONSES, organization_name
from deskbell.features.files import service as files
from deskbell.features.files.records import Upload
from deskbell.features.macros.changes import changes_of, filled, required_after, shown_changes
from deskbell.features.macros.distributing import distributed
from deskbell.features.macros.following import carry_out, shown_effects, with_texts
from deskbell.features.macros.records import EditedWords, Macro, MacroAction, MacroFile, Preview, Words
from deskbell.features.macros.service import get
from deskbell.features.operations.records import Bulk
from deskbell.features.operations.service import macro_applied
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.bulk_records import BulkOutcome
from deskbell.features.tickets.comment_records import NewAttachment, NewComment
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.queries.tickets import find_all_visible
from deskbell.features.tickets.records import NewTicket, Person, Ticket, TicketChanges
from deskbell.features.tickets.service.bulk import moved, refused
from deskbell.kernel.errors import Conflict, DeskbellError, Invalid, NotFound, Problem
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import DONE
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql
from deskbell.runtime.storage import Storage

MAX_WORDS = 65_536
"""The maximum length of the words once their variables are replaced, in characters."""


class _Ready(Struct, frozen=True):
    """A macro with what all of its uses have in common. `template` is None without a comment."""

    macro: Macro
    files: list[MacroFile]
    template: str | None
    public: bool
    agent: Person | None
    organization: str

    def actions(self, ticket: Ticket) -> list[MacroAction]:
        """Its actions on a ticket, with their texts."""
        return with_texts(self.macro, context_of(ticket, self.agent, self.organization))

    def words(self, ticket: Ticket) -> Words | None:
        """The comment on a ticket."""
        if self.template is None:
            return None
        rendered = template.render(self.template, context_of(ticket, self.agent, self.organization))
        return Words(rendered.text, self.public, rendered.unknown)


async def preview(uow: UnitOfWork, macro_id: UUID, ticket_ids: Sequence[UUID]) -> list[Preview]:
    """The effect of a macro on tickets, in their order; nothing is written. Raises `NotFound`, `Conflict`."""
    uow.actor.require(Permission.MACRO_USE, Permission.TICKET_READ)
    ready = await _ready(uow, macro_id, None)
    found = await find_all_visible(uow.db, uow.actor, ticket_ids)
    return [_previewed(uow, ready, ticket_id, found.get(ticket_id)) for ticket_id in dict.fromkeys(ticket_ids)]


def _previewed(uow: UnitOfWork, ready: _Ready, ticket_id: UUID, ticket: Ticket | None) -> Preview:
    if ticket is None:
        return Preview(ticket_id=ticket_id, changes={}, comment=None, problems=[Problem("ticket.not_found")])
    words = ready.words(ticket)
    changes = changes_of(ready.macro, ticket, uow.actor, uow.now)
    problems = [*required_after(ticket, changes), *(() if words is None else _problems(words))]
    shown = shown_changes(ticket, changes, uow.actor, replies=words is not None and words.public)
    effects = shown_effects(ready.actions(ticket))
    return Preview(ticket_id=ticket_id, changes=shown, comment=words, effects=effects, problems=problems)


async def apply(
    uow: UnitOfWork, storage: Storage, macro_id: UUID, ticket_ids: Sequence[UUID], words: EditedWords | None = None
) -> Bulk:
    """Applies a macro to tickets, each in a transaction of its own, all of them as one operation.

    A refusal for one does not affect the others. `words` replace the macro's own. Raises `NotFound`, `Conflict` for a macro
    that is not active or whose canned response is gone.
    """
    uow.actor.require(Permission.MACRO_USE, Permission.TICKET_UPDATE)
    ready = await _ready(uow, macro_id, words)
    uow.begin_operation()
    outcomes = []
    for ticket_id in dict.fromkeys(ticket_ids):
        try:
            outcomes.append(await _apply_once(uow, storage, ready, ticket_id))
        except DeskbellError as refusal:
            outcomes.append(refused(ticket_id, refusal, found=not isinstance(refusal, NotFound)))
    return await macro_applied(uow, outcomes)


async def create_ticket(uow: UnitOfWork, storage: Storage, macro_id: UUID, new: NewTicket) -> Ticket:
    """Files a ticket with a macro's changes, and with its comment as the first. Raises as `tickets.create` does."""
    uow.actor.require(Permission.MACRO_USE, Permission.TICKET_CREATE)
    ready = await _ready(uow, macro_id, None)
    copies = await files.copies(uow, storage, ready.files)
    uow.begin_operation()
    try:
        with_them, later = filled(ready.macro, new, uow.actor, uow.now)
        takes = with_them.assignee_id is None and with_them.status not in DONE
        with_them = await distributed(uow, ready.macro, with_them, with_them.group_id, takes=takes)
        ticket = await tickets.create(uow, with_them)
        await carry_out(uow, ready.macro, ticket, TicketChanges(), ready.actions(ticket), acts=True)
        words = ready.words(ticket)
        if words is not None:
            await _comment(uow, ticket, words, copies, later)
        elif later != TicketChanges():
            await tickets.update(uow, ticket.id, later)
        if words is not None or later != TicketChanges():
            ticket = await tickets.get(uow, ticket.id)
    except BaseException:
        await files.discard(storage, copies)
        raise
    return ticket


async def _ready(uow: UnitOfWork, macro_id: UUID, edited: EditedWords | None) -> _Ready:
    whole = await get(uow, macro_id)
    macro, comment = whole.macro, whole.macro.comment
    if not macro.active:
        raise Conflict("macro.inactive")
    text = None if comment is None else comment.body
    if comment is not None and comment.canned_response_id is not None and edited is None:
        response = await RESPONSES.find(uow.db, sql("c.id = {}", comment.canned_response_id))
        if response is None:
            raise Conflict("macro.canned_response_gone")
        text = response.content
    public = comment is None or comment.public
    if edited is not None:
        text, public = edited.body, public if edited.public is None else edited.public
    if text is None and not shown_effects(macro.actions):
        return _Ready(macro, [], None, public, None, "")
    agent = await references.find_person(uow.db, uow.actor.id)
    files_of_it = [] if text is None else whole.files
    return _Ready(macro, files_of_it, text, public, agent, await organization_name(uow.db))


async def _apply_once(uow: UnitOfWork, storage: Storage, ready: _Ready, ticket_id: UUID) -> BulkOutcome:
    """Applies a macro to one ticket and commits; a refusal leaves nothing of it behind."""
    copies = await files.copies(uow, storage, ready.files)
    try:
        ticket = await tickets.get_locked(uow, ticket_id)
        changes = await _changes(uow, ready.macro, ticket)
        words = ready.words(ticket)
        acts = words is not None or bool(shown_changes(ticket, changes, uow.actor, replies=False))
        await carry_out(uow, ready.macro, ticket, changes, ready.actions(ticket), acts=acts)
        if words is None:
            await tickets.update(uow, ticket_id, changes)
        else:
            await _comment(uow, ticket, words, copies, changes)
        outcome = BulkOutcome(ticket_id, ok=True, moments=moved(ticket, await tickets.get(uow, ticket_id)))
        await uow.commit()
    except BaseException:
        await uow.rollback()
        await files.discard(storage, copies)
        raise
    finally:
        if uow.is_connected:
            await uow.begin()
    return outcome


async def _changes(uow: UnitOfWork, macro: Macro, ticket: Ticket) -> TicketChanges:
    """The changes of a locked ticket, with the assignee that a distribution chooses."""
    changes = changes_of(macro, ticket, uow.actor, uow.now)
    group_id = ticket.group_id if changes.group_id is UNSET else changes.group_id
    assignee_id = ticket.assignee_id if changes.assignee_id is UNSET else changes.assignee_id
    done = (ticket.status if changes.status is UNSET else changes.status) in DONE
    return await distributed(uow, macro, changes, group_id, takes=assignee_id is None and not done)


async def _comment(
    uow: UnitOfWork, ticket: Ticket, words: Words, copies: Sequence[Upload], changes: TicketChanges | None
) -> None:
    if problems := _problems(words):
        raise Invalid(problems)
    for copy in copies:
        await files.create(uow, copy)
    attachments = [NewAttachment(each.filename, f"uploads/{each.id}", each.mime_type, each.size) for each in copies]
    comment = NewComment(body=words.body, public=words.public, attachments=attachments)
    await tickets.add_comment(uow, ticket.id, comment, changes=None if changes == TicketChanges() else changes)


def _problems(words: Words) -> list[Problem]:
    problems = []
    if words.unknown:
        problems.append(Problem.at("comment.body", "macro.unknown_variables", allowed=tuple(words.unknown)))
    if not words.body.strip():
        problems.append(Problem.at("comment.body", "blank"))
    if len(words.body) > MAX_WORDS:
        problems.append(Problem.at("comment.body", "too_long", limit=MAX_WORDS))
    return problems

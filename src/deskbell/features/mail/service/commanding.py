"""Commands at the top of a mail of the staff: they change the ticket together with the words below them."""

from typing import Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.mail.events import MailCommandRefused
from deskbell.features.mail.queries import conversations
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.comment_records import Comment, NewComment
from deskbell.features.tickets.records import Person, Ticket, TicketChanges
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from deskbell.kernel.mail.commands import Commands
from deskbell.runtime.database import UnitOfWork

_REFUSALS: Final = (Conflict, Forbidden, Invalid, NotFound)


class _NotUnderstood(Exception):
    """A command that names what does not exist."""


@step("`file_mail`")
async def obey(
    uow: UnitOfWork, mail_id: UUID, ticket: Ticket, sender: Person, new: NewComment, commands: Commands, *, has_files: bool
) -> Comment | None:  # fmt: skip
    """Carries commands out in their writer's name and rights, and returns the comment of the words below them, if any.

    If a line is no command, or one is refused, nothing of it happens: the whole mail becomes a note, and its writer is notified.
    """
    refused = commands.unknown
    if refused is None:
        try:
            return await _carry_out(uow, ticket, sender, new, commands, has_files=has_files)
        except _NotUnderstood as error:
            refused = str(error)
        except _REFUSALS:
            refused = _named(commands)
    note = await tickets.add_comment(uow, ticket.id, replace(new, public=False), author_id=sender.id)
    uow.record(
        MailCommandRefused(
            mail_id=mail_id, on_ticket_id=ticket.id, comment_id=note.id, sender_id=sender.id, command=refused
        )
    )
    return note


async def _carry_out(
    uow: UnitOfWork, ticket: Ticket, sender: Person, new: NewComment, commands: Commands, *, has_files: bool
) -> Comment | None:
    changes = await _changes(uow, ticket, sender, commands) if commands.changes_ticket else None
    words = replace(new, body=commands.rest, body_html=None, public=new.public and not commands.is_note)
    system = uow.actor
    try:
        async with uow.attempt():
            await uow.enter(Actor(system.organization_id, sender.id, sender.role))
            if commands.rest.strip() or has_files:
                return await tickets.add_comment(uow, ticket.id, words, changes=changes)
            if changes is not None:
                await tickets.update(uow, ticket.id, changes)
            return None
    finally:
        await uow.enter(system)


async def _changes(uow: UnitOfWork, ticket: Ticket, sender: Person, commands: Commands) -> TicketChanges:
    assignee = sender.id if commands.to_me else None
    if commands.assign is not None:
        assignee = await conversations.find_staff(uow.db, commands.assign)
        if assignee is None:
            raise _NotUnderstood(f"#assign {commands.assign}")
    present = {tag.lower() for tag in ticket.tags}
    added = [tag for tag in commands.tags if tag.lower() not in present]
    return TicketChanges(
        status=commands.status, priority=commands.priority, assignee_id=UNSET if assignee is None else assignee,
        tags=[*ticket.tags, *added] if added else UNSET,
    )  # fmt: skip


def _named(commands: Commands) -> str:
    """The command that was most probably refused: of those that a role or a form can forbid, the status comes first."""
    if commands.status is not UNSET:
        return f"#{commands.status}"
    if commands.tags:
        return f"#tag {commands.tags[0]}"
    return f"#assign {commands.assign}" if commands.assign else "#"

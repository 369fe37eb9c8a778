"""Sending words: immediately, or after some seconds in which their author may undo it.

A held reply is no comment: it becomes one when it is released, with the changes of its ticket, in one transaction. Undo and
release lock its row, so that one of them wins.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog
from msgspec import Struct

from deskbell.features.drafts import queries
from deskbell.features.drafts.records import MAX_HOLD, Draft, DraftKind, DraftWords, HeldComment
from deskbell.features.drafts.service import merged
from deskbell.features.tickets.comment_records import Comment, NewComment, ReplyMail
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.records import TicketChanges
from deskbell.features.tickets.service import add_comment
from deskbell.features.tickets.service import get as get_ticket
from deskbell.features.tickets.service.changing import resolve_changes
from deskbell.features.tickets.service.comments import check_mail, resolve_attachments
from deskbell.features.tickets.service.reading import locked
from deskbell.kernel.access import anyone, step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Conflict, DeskbellError, Forbidden, NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.faults import DATABASE_ERRORS

__all__ = ["Sending", "held_on", "release_due", "send", "undo"]

_BATCH_SIZE: Final = 100
_log: Final = structlog.get_logger("deskbell.drafts")


class Sending(Struct, frozen=True, kw_only=True):
    """The circumstances of sending: changes of the ticket, members to notify, the draft, and the seconds to wait before."""

    changes: TicketChanges | None = None
    mentions: list[UUID] = []
    draft_id: UUID | None = None
    hold_seconds: int = 0


async def send(
    uow: UnitOfWork, ticket_id: UUID, new: NewComment, how: Sending, expected_version: Precondition | None = None
) -> Comment | HeldComment:
    """Adds a comment with the changes of its ticket, or holds both back. Its draft is gone with it.

    Raises what `add_comment` and a change of the ticket raise, also where the words are held.
    """
    uow.actor.require(Permission.COMMENT_CREATE)
    draft = None if how.draft_id is None else await queries.lock_draft(uow.db, uow.actor, how.draft_id)
    if how.hold_seconds:
        sent: Comment | HeldComment = await _hold(uow, ticket_id, new, how, draft, expected_version)
    else:
        sent = await add_comment(
            uow, ticket_id, new, expected_version, changes=how.changes, mentions=how.mentions
        )  # fmt: skip
    if draft is not None:
        await queries.remove_draft(uow.db, draft.id)
    return sent


async def _hold(
    uow: UnitOfWork, ticket_id: UUID, new: NewComment, how: Sending, draft: Draft | None, expected: Precondition | None
) -> HeldComment:
    actor = uow.actor
    actor.require(Permission.TICKET_UPDATE)  # of the staff: a held reply is never shown to customers
    if not new.public:
        actor.require(Permission.COMMENT_INTERNAL)
    check_mail(actor, new)
    ticket = await locked(uow, ticket_id, expected)
    author = await references.find_person(uow.db, actor.id)
    if author is None:
        raise NotFound("author")
    attachments = await resolve_attachments(uow, new.attachments)
    if how.changes is not None:
        await resolve_changes(uow, ticket, how.changes)  # refused now rather than after the author has gone on
    held = HeldComment(
        id=new_id(), ticket_id=ticket.id, author=author, body=new.body, public=new.public, attachments=new.attachments,
        file_ids=[each.file_id for each in attachments if each.file_id is not None],
        update=None if how.changes is None else _as_json(how.changes), mentions=how.mentions,
        mail=None if new.mail is None else _as_json(new.mail),
        document=draft.document if draft else None, created_at=uow.now,
        send_at=uow.now + timedelta(seconds=min(how.hold_seconds, MAX_HOLD)),
    )  # fmt: skip
    await queries.hold(uow.db, actor.organization_id, held)
    await queries.announce(uow.db, actor.organization_id, held, "held")
    return held


def _as_json(changes: TicketChanges | ReplyMail) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(changes)
    return found


async def undo(uow: UnitOfWork, comment_id: UUID) -> Draft:
    """Takes back a held reply of the actor's and returns the draft that it is again.

    Words that were begun meanwhile follow it in the same draft. Raises `NotFound`, `Forbidden` for another author's,
    `Conflict` for one that has been sent.
    """
    actor = uow.actor
    actor.require(Permission.COMMENT_CREATE, Permission.TICKET_UPDATE)
    held = await queries.lock_held(uow.db, comment_id)
    if held is None:
        if await queries.is_sent(uow.db, comment_id, actor.id):
            raise Conflict("comment.sent")
        raise NotFound("message")
    if not held.public and not actor.reads_notes:
        raise NotFound("message")
    if held.author.id != actor.id:
        raise Forbidden("comment.edit_own")
    ticket = await get_ticket(uow, held.ticket_id)
    words = DraftWords(body=held.body, document=held.document, file_ids=held.file_ids)
    kind: DraftKind = "reply" if held.public else "note"
    draft = Draft(
        id=new_id(), ticket_id=ticket.id, ticket_number=ticket.number, ticket_subject=ticket.subject,
        author_id=actor.id, kind=kind, body=words.body, document=words.document, file_ids=words.file_ids, version=1,
        updated_at=uow.now,
    )  # fmt: skip
    if not await queries.add_draft(uow.db, actor.organization_id, draft):
        later = await queries.find_draft(uow.db, actor, ticket.id, kind, lock=True)
        if later is None:
            raise Conflict
        draft = msgspec.structs.replace(merged(later, words), version=later.version + 1, updated_at=uow.now)
        await queries.update_draft(uow.db, draft)
    await queries.remove_held(uow.db, held.id)
    await queries.announce(uow.db, actor.organization_id, held, "undone")
    return (await queries.with_files(uow.db, actor, [draft]))[0]


@anyone("returns nothing to customers and to those who may not read comments")
async def held_on(uow: UnitOfWork, ticket_id: UUID) -> Sequence[HeldComment]:
    """The held replies and notes of a ticket that the actor may see."""
    if not uow.actor.is_staff or not uow.actor.may(Permission.COMMENT_READ):
        return []
    return await queries.held_on(uow.db, uow.actor, ticket_id)


async def release_due(database: Database, now: datetime) -> datetime | None:
    """Sends every held reply whose time has come, at most one batch. Returns the time of the next; None without one."""
    async with database.across() as db:
        due = await queries.next_due(db, _BATCH_SIZE)
    for organization_id, held_id, author_id, send_at in due:
        if send_at > now:
            return send_at
        await _release(database, organization_id, held_id, author_id)
    return due[-1][3] if due else None


async def _release(database: Database, organization_id: UUID, held_id: UUID, author_id: UUID) -> None:
    code = None
    try:
        async with database.unit(Actor.system(organization_id)) as uow:
            author = await references.find_person(uow.db, author_id)
            if author is None:
                raise NotFound("author")
            await uow.enter(Actor(organization_id, author_id, author.role))
            await release(uow, held_id)
    except DATABASE_ERRORS:
        raise
    except DeskbellError as refusal:
        code = refusal.reason.code if hasattr(refusal.reason, "code") else refusal.code
    except Exception:  # noqa: BLE001 - one reply must not hold up all others; its author sees that it was not sent
        _log.exception("a held reply could not be sent", comment_id=str(held_id))
        code = "internal"
    if code is not None:
        async with database.unit(Actor.system(organization_id)) as uow:
            held = await queries.lock_held(uow.db, held_id)
            if held is not None and held.failed is None:
                await queries.mark_failed(uow.db, held_id, code)
                await queries.announce(uow.db, organization_id, held, "failed")


@step("the job that sends held replies, as their author, whose command was authorised when it was held")
async def release(uow: UnitOfWork, held_id: UUID) -> None:
    """Makes a held reply a comment; one that is undone, sent or being sent by another worker is left alone."""
    held = await queries.lock_held(uow.db, held_id, skip=True)
    if held is None or held.failed is not None:
        return
    await queries.remove_held(uow.db, held.id)
    mail = None if held.mail is None else msgspec.convert(held.mail, ReplyMail)
    new = NewComment(body=held.body, public=held.public, attachments=held.attachments, mail=mail)
    changes = None if held.update is None else msgspec.convert(held.update, TicketChanges)
    await add_comment(
        uow, held.ticket_id, new, changes=changes, mentions=held.mentions, comment_id=held.id
    )  # fmt: skip

"""Replies and internal notes."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
from msgspec import UNSET

from deskbell.features.tickets import policy
from deskbell.features.tickets.comment_records import Attachment, Comment, NewAttachment, NewComment
from deskbell.features.tickets.events import CommentAdded, CommentDeleted, CommentEdited
from deskbell.features.tickets.queries import comments as queries
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.records import ResolvedChanges, Ticket, TicketChanges
from deskbell.features.tickets.service.changing import resolve_changes, write
from deskbell.features.tickets.service.reading import find, locked
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.changes import applied
from deskbell.kernel.errors import Forbidden, Invalid, NotFound, Problem
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import STAFF_ROLES, Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.database import UnitOfWork

__all__ = ["add_comment", "delete_comment", "edit_comment", "list_comments", "page_comments"]

_UPLOAD: Final = re.compile(r"(?:^|/)uploads/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$")


async def add_comment(
    uow: UnitOfWork,
    ticket_id: UUID,
    new: NewComment,
    expected_version: Precondition | None = None,
    *,
    author_id: UUID | None = None,
    changes: TicketChanges | None = None,
    mentions: Sequence[UUID] = (),
    comment_id: UUID | None = None,
) -> Comment:
    """Adds a comment and updates the ticket's status by its author, or as `changes` say, in one write.

    `mentions` are members to notify in addition to those in the words. `comment_id` is given to a comment that was held.

    The author is the actor. Deskbell itself names a member instead, whose words came by mail or from another system.
    Raises `NotFound`, `Forbidden` when a customer writes an internal note, `Invalid` for an attachment that is not theirs
    to use.
    """
    actor = uow.actor
    actor.require(Permission.COMMENT_CREATE)
    if not new.public:
        actor.require(Permission.COMMENT_INTERNAL)
    check_mail(actor, new)
    if changes is not None:
        actor.require(Permission.TICKET_UPDATE)
    ticket = await locked(uow, ticket_id, expected_version)
    author = await references.find_person(uow.db, _author(actor, author_id))
    if author is None:
        raise NotFound("author")
    attachments = await resolve_attachments(uow, new.attachments)
    resolved = None if changes is None else await resolve_changes(uow, ticket, changes)
    comment = Comment(
        id=comment_id or new_id(), ticket_id=ticket.id, author=author, body=new.body, public=new.public, channel=new.channel,
        external_id=new.external_id, created_at=uow.now, edited_at=None, body_html=new.body_html, quoted=new.quoted,
        automatic=new.automatic, attachments=attachments, mentions=list(mentions),
    )  # fmt: skip
    comment = msgspec.structs.replace(
        comment, attachments=[msgspec.structs.replace(a, comment_id=comment.id) for a in attachments]
    )
    await queries.add(uow.db, actor.organization_id, comment)
    if new.mail is not None:
        await queries.add_reply_mail(uow.db, actor.organization_id, comment.id, new.mail)
    if attachments:
        await queries.add_attachments(uow.db, actor.organization_id, ticket.id, comment.id, comment.attachments)
    await _follow(uow, ticket, comment, resolved, keeps_status=changes is not None and changes.status is not UNSET)
    return comment


@step("commands that authorise their actor")
def check_mail(actor: Actor, new: NewComment) -> None:
    """Raises `Forbidden` or `Invalid` where the words may not name the recipients of their mail."""
    if new.mail is None:
        return
    actor.require(Permission.TICKET_UPDATE, Permission.CONTACT_READ)
    if not new.public:
        raise Invalid.field("mail", "mail.of_note")


def _author(actor: Actor, named: UUID | None) -> UUID:
    if named is None:
        return actor.id
    if actor.user_id is not None:
        raise Forbidden("comment.other_author")
    return named


async def _follow(
    uow: UnitOfWork, ticket: Ticket, comment: Comment, asked: ResolvedChanges | None, *, keeps_status: bool
) -> None:
    by_staff = uow.actor.is_staff if uow.actor.user_id is not None else comment.author.role in STAFF_ROLES
    counts = comment.public and not comment.automatic and uow.origin.rule_id is None  # a rule's words are no answer
    changes = policy.after_comment(ticket, comment.author.id, by_staff=by_staff, public=counts, now=uow.now)
    uow.record(
        CommentAdded(
            ticket_id=ticket.id,
            comment_id=comment.id,
            public=comment.public,
            first_response=changes.first_response_at is not UNSET,
            automatic=comment.automatic,
        )
    )
    if keeps_status:
        changes = msgspec.structs.replace(changes, status=UNSET, status_id=UNSET, snoozed_until=UNSET)
    await write(uow, ticket, changes if asked is None else applied(changes, asked), comment=comment)


@step("commands that authorise their actor")
async def resolve_attachments(uow: UnitOfWork, new: list[NewAttachment]) -> list[Attachment]:
    problems: list[Problem] = []
    found: list[Attachment] = []
    for i, each in enumerate(new):
        upload = _UPLOAD.search(each.url)
        if upload is None:
            if not policy.is_web_address(each.url):
                problems.append(Problem.at(f"attachments.{i}.url", "attachment.url"))
            found.append(Attachment(new_id(), None, None, each.filename, each.url, each.mime_type, each.size))
            continue
        file_id = UUID(upload.group(1))
        file = await references.find_loose_file(uow.db, file_id, uow.actor.id)
        if file is None or any(other.file_id == file_id for other in found):
            problems.append(Problem.at(f"attachments.{i}.url", "attachment.upload_unknown"))
        else:
            found.append(
                Attachment(
                    new_id(), None, file_id, file.filename, None, file.mime_type, file.size, file.width, file.height
                )
            )  # fmt: skip
    if problems:
        raise Invalid(problems)
    return found


async def list_comments(uow: UnitOfWork, ticket_id: UUID) -> list[Comment]:
    """A ticket's conversation as the actor may see it, oldest first. Raises `NotFound`."""
    uow.actor.require(Permission.COMMENT_READ)
    await find(uow, ticket_id)
    return await queries.list_visible(uow.db, uow.actor, ticket_id)


async def page_comments(uow: UnitOfWork, ticket_id: UUID, page: PageRequest) -> Page[Comment]:
    """A part of a ticket's conversation. Raises `NotFound`."""
    uow.actor.require(Permission.COMMENT_READ)
    await find(uow, ticket_id)
    return await queries.page_visible(uow.db, uow.actor, ticket_id, page)


async def edit_comment(
    uow: UnitOfWork, comment_id: UUID, body: str, expected_version: Precondition | None = None
) -> Comment:
    """Corrects a comment's words: its author may, and admins. Raises `NotFound`, `Forbidden`, `StaleVersion`."""
    uow.actor.require_any(Permission.COMMENT_CREATE, Permission.COMMENT_DELETE)
    comment, ticket = await _reach(uow, comment_id)
    if not policy.may_change_comment(uow.actor, comment):
        raise Forbidden("comment.edit_own")
    attachments = (await queries.attachments_of(uow.db, [comment.id])).get(comment.id, [])
    _demand(expected_version, msgspec.structs.replace(comment, attachments=attachments))
    if body != comment.body:
        await queries.reword(uow.db, comment.id, body, uow.now)
        uow.record(CommentEdited(ticket_id=ticket.id, comment_id=comment.id, public=comment.public))
        comment = msgspec.structs.replace(comment, body=body, edited_at=uow.now, version=comment.version + 1)
    return msgspec.structs.replace(comment, attachments=attachments)


async def delete_comment(uow: UnitOfWork, comment_id: UUID, expected_version: Precondition | None = None) -> None:
    """Removes a comment: its author may, and admins. Raises `NotFound`, `Forbidden`, `StaleVersion`."""
    uow.actor.require_any(Permission.COMMENT_CREATE, Permission.COMMENT_DELETE)
    comment, ticket = await _reach(uow, comment_id)
    if not policy.may_change_comment(uow.actor, comment):
        raise Forbidden("comment.delete_own")
    _demand(expected_version, comment)
    await queries.remove(uow.db, comment.id)
    uow.record(CommentDeleted(ticket_id=ticket.id, comment_id=comment.id, public=comment.public))


def _demand(expected: Precondition | None, comment: Comment) -> None:
    if expected is not None:
        expected.demand(comment_etag(comment), comment)


def comment_etag(comment: Comment) -> str:
    """The entity tag of a comment: its version in quotes."""
    return f'"{comment.version}"'


async def _reach(uow: UnitOfWork, comment_id: UUID) -> tuple[Comment, Ticket]:
    """A comment through its ticket: who may not see the one does not see the other."""
    ticket_id = await queries.ticket_id_of(uow.db, comment_id)
    if ticket_id is None:
        raise NotFound("message")
    try:
        ticket = await locked(uow, ticket_id)
    except NotFound:
        raise NotFound("message") from None
    comment = await queries.find_visible(uow.db, uow.actor, comment_id)
    if comment is None:
        raise NotFound("message")
    return comment, ticket

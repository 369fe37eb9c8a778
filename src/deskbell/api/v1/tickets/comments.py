"""v1: comments and history."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, patch, post
from deskbell.api.v1.envelope import Done, Pagination, Success, Whole
from deskbell.api.v1.fields import Body, CursorParam, PageParam, WholeLimitParam, part_of
from deskbell.features.tickets import service
from deskbell.features.tickets.records import Attachment, Comment, NewAttachment, NewComment, Person
from deskbell.features.tickets.telling import Step, steps_for
from deskbell.kernel.paging import Order
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["Tickets"]


class AttachmentView(Struct, frozen=True):
    """A file on a comment."""

    id: UUID
    filename: str
    url: str
    mime_type: str
    size: int

    @classmethod
    def of(cls, attachment: Attachment) -> "AttachmentView":
        """A file of ours by its address here, another by its own."""
        url = attachment.url or f"/api/v1/uploads/{attachment.file_id}"
        return cls(attachment.id, attachment.filename, url, attachment.mime_type, attachment.size)


class AuthorView(Struct, frozen=True):
    """Who wrote a comment; `is_staff` tells the two sides apart."""

    id: UUID
    name: str
    email: str
    avatar_url: str | None
    is_staff: bool

    @classmethod
    def of(cls, person: Person) -> "AuthorView":
        """The public part of a person."""
        return cls(person.id, person.name, person.email, person.avatar_url, person.role != "customer")


class CommentView(Struct, frozen=True, kw_only=True):
    """A reply (`public`) or an internal note."""

    id: UUID
    ticket_id: UUID
    author_id: UUID
    author: AuthorView
    body: str
    public: bool
    channel: str
    attachments: list[AttachmentView]
    created_at: datetime
    edited_at: datetime | None

    @classmethod
    def of(cls, comment: Comment) -> "CommentView":
        """A comment in v1's form."""
        return cls(
            id=comment.id, ticket_id=comment.ticket_id, author_id=comment.author.id,
            author=AuthorView.of(comment.author), body=comment.body, public=comment.public, channel=comment.channel,
            attachments=[AttachmentView.of(each) for each in comment.attachments], created_at=comment.created_at,
            edited_at=comment.edited_at,
        )  # fmt: skip


class AttachmentBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A file uploaded before (by the `url` that the upload answered), or a web address."""

    filename: Annotated[str, Meta(min_length=1, max_length=255)]
    url: Annotated[str, Meta(min_length=1, max_length=2_000)]
    mime_type: Annotated[str, Meta(min_length=1, max_length=200)]
    size: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    id: UUID | None = None
    uploaded_at: datetime | None = None


class CreateComment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reply, or with `public: false` a note for staff only."""

    body: Body
    public: bool = True
    attachments: Annotated[list[AttachmentBody], Meta(max_length=20)] = []


class EditComment(Struct, frozen=True, forbid_unknown_fields=True):
    """A comment's new words."""

    body: Body


class HistoryUser(Struct, frozen=True):
    """Who did it."""

    id: UUID | None
    name: str


class HistoryView(Struct, frozen=True, kw_only=True):
    """One step in a ticket's life. `changes` gives each field's old and new value."""

    id: str
    ticket_id: UUID
    user_id: UUID | None
    user: HistoryUser
    action: str
    changes: dict[str, Any]
    created_at: datetime

    @classmethod
    def of(cls, ticket_id: UUID, step: Step) -> "HistoryView":
        """A step in v1's form."""
        return cls(
            id=str(step.id), ticket_id=ticket_id, user_id=step.actor_id,
            user=HistoryUser(step.actor_id, step.actor_name or "Deskbell"), action=step.action, changes=step.changes,
            created_at=step.at,
        )  # fmt: skip


@get("/tickets/{ticket_id:str}/comments", permission=Permission.COMMENT_READ, tags=TAG, summary="List comments")
async def list_comments(
    uow: Uow,
    ticket_id: FromPath[UUID],
    page: PageParam = 1,
    limit: WholeLimitParam = None,
    cursor: CursorParam = None,
    order: FromQuery[Order] = "asc",
) -> Whole[CommentView]:
    """The whole conversation, oldest first, or a page of it where you ask for one. Customers see public comments only."""
    asked = part_of(page, limit, cursor, order)
    if asked is None:
        return Whole([CommentView.of(comment) for comment in await service.list_comments(uow, ticket_id)])
    part = await service.page_comments(uow, ticket_id, asked)
    return Whole([CommentView.of(comment) for comment in part.items], Pagination.of(part))


@post("/tickets/{ticket_id:str}/comments", permission=Permission.COMMENT_CREATE, tags=TAG, summary="Add a comment")
async def add_comment(
    uow: Uow, request: DeskbellRequest, ticket_id: FromPath[UUID], data: JSONBody[CreateComment]
) -> Success[CommentView]:
    """A public reply or an internal note."""
    new = NewComment(
        body=data.body,
        public=data.public,
        attachments=[NewAttachment(a.filename, a.url, a.mime_type, a.size) for a in data.attachments],
    )
    return Success(CommentView.of(await service.add_comment(uow, ticket_id, new, expected_version(request))))


@patch("/comments/{comment_id:str}", permission=Permission.COMMENT_CREATE, tags=TAG, summary="Edit a comment")
async def edit_comment(uow: Uow, comment_id: FromPath[UUID], data: JSONBody[EditComment]) -> Success[CommentView]:
    """Corrects your own words; admins may correct any."""
    return Success(CommentView.of(await service.edit_comment(uow, comment_id, data.body)))


@delete(
    "/comments/{comment_id:str}", permission=Permission.COMMENT_CREATE, tags=TAG, summary="Delete a comment",
    status_code=200,
)  # fmt: skip
async def delete_comment(uow: Uow, comment_id: FromPath[UUID]) -> Done:
    """Removes your own comment; admins may remove any."""
    await service.delete_comment(uow, comment_id)
    return Done("Comment deleted")


@get("/tickets/{ticket_id:str}/history", permission=Permission.TICKET_READ, tags=TAG, summary="Get the history")
async def get_ticket_history(
    uow: Uow,
    ticket_id: FromPath[UUID],
    page: PageParam = 1,
    limit: WholeLimitParam = None,
    cursor: CursorParam = None,
    order: FromQuery[Order] = "asc",
) -> Whole[HistoryView]:
    """Every recorded step, oldest first, or a page of them where you ask for one. Customers see what concerns them."""
    asked = part_of(page, limit, cursor, order)
    if asked is None:
        entries = await service.history(uow, ticket_id)
        return Whole([HistoryView.of(ticket_id, step) for step in steps_for(entries, staff=uow.actor.is_staff)])
    part = await service.page_history(uow, ticket_id, asked)
    steps = steps_for(part.items, staff=uow.actor.is_staff)
    return Whole([HistoryView.of(ticket_id, step) for step in steps], Pagination.of(part))


ROUTES = [list_comments, add_comment, edit_comment, delete_comment, get_ticket_history]

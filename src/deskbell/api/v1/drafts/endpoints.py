"""v1: drafts of replies and notes, sending them, and undoing that."""

from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.comments.drafts import DraftView
from deskbell.api.v1.comments.shapes import CommentView
from deskbell.api.v1.drafts.shapes import CreateComment, SaveDraft
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.features.drafts import service
from deskbell.features.drafts.records import DraftKind, HeldComment
from deskbell.features.drafts.sending import send, undo
from deskbell.features.mail.service import recipients
from deskbell.features.tickets.comment_records import NewAttachment, NewComment
from deskbell.kernel.errors import NotFound, StaleVersion
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Drafts"]
_TICKETS = ["Tickets"]
_ACCESS = (Permission.COMMENT_CREATE, Permission.TICKET_READ)
_MORE = (Permission.COMMENT_INTERNAL,)


def _kind(text: str) -> DraftKind:
    if text == "reply":
        return "reply"
    if text == "note":
        return "note"
    raise NotFound("draft")


@get("/drafts", permission=_ACCESS, tags=TAG, summary="List your drafts")
async def list_drafts(
    uow: Uow, page: PageParam = 1, limit: LimitParam = DEFAULT_LIMIT, cursor: CursorParam = None
) -> Paginated[DraftView]:
    """Lists your drafts, latest first."""
    found = await service.list_drafts(uow, PageRequest.numbered(page, limit, cursor))
    return Paginated([DraftView.of(each) for each in found.items], Pagination.of(found))


@get("/tickets/{ticket_id:str}/drafts/{kind:str}", permission=_ACCESS, more=_MORE, tags=TAG, summary="Get a draft")
async def get_draft(uow: Uow, ticket_id: FromPath[UUID], kind: FromPath[str]) -> Success[DraftView]:
    """Returns your draft of a `reply` or a `note` on a ticket."""
    return Success(DraftView.of(await service.get(uow, ticket_id, _kind(kind))))


@put(
    "/tickets/{ticket_id:str}/drafts/{kind:str}", permission=_ACCESS, more=_MORE, tags=TAG, summary="Save a draft",
    refuses=(StaleVersion,),
)  # fmt: skip
async def save_draft(
    uow: Uow, ticket_id: FromPath[UUID], kind: FromPath[str], data: JSONBody[SaveDraft]
) -> Success[DraftView]:
    """Saves your draft. It changes nothing of the ticket."""
    return Success(DraftView.of(await service.save(uow, ticket_id, _kind(kind), data.words(), data.version)))


@delete(
    "/tickets/{ticket_id:str}/drafts/{kind:str}", permission=_ACCESS, more=_MORE, tags=TAG, summary="Discard a draft",
    status_code=200, refuses=(StaleVersion,),
)  # fmt: skip
async def delete_draft(
    uow: Uow,
    ticket_id: FromPath[UUID],
    kind: FromPath[str],
    version: Annotated[
        int | None, QueryParameter(ge=1, le=2**31 - 1, description="Only if this is its version")
    ] = None,
) -> Done:
    """Discards your draft."""
    await service.delete(uow, ticket_id, _kind(kind), version)
    return Done("Draft deleted")


@post(
    "/tickets/{ticket_id:str}/comments",
    permission=Permission.COMMENT_CREATE,
    more=(
        Permission.COMMENT_INTERNAL,
        Permission.TICKET_UPDATE,
        Permission.TICKET_ASSIGN,
        Permission.CONTACT_READ,
        Permission.MAIL_READ,
        Permission.TICKET_READ,
        Permission.COMMENT_READ,
    ),
    tags=_TICKETS,
    summary="Add a comment",
)
async def add_comment(
    uow: Uow, request: DeskbellRequest, ticket_id: FromPath[UUID], data: JSONBody[CreateComment]
) -> Success[CommentView]:
    """Adds a public reply or an internal note, and changes the ticket with it if asked; holds both back for some seconds."""
    new = NewComment(
        body=data.body,
        public=data.public,
        attachments=[NewAttachment(a.filename, a.url, a.mime_type, a.size) for a in data.attachments],
        mail=None if data.mail is None else await recipients.checked(uow, data.mail.command()),
    )
    sent = await send(uow, ticket_id, new, data.sending(), expected_version(request))
    if isinstance(sent, HeldComment):
        return Success(CommentView.held(sent, await recipients.planned(uow, sent.ticket_id, sent.author, new)))
    return Success(CommentView.added(sent, await recipients.planned(uow, sent.ticket_id, sent.author, new)))


@post(
    "/comments/{comment_id:str}/undo", permission=(Permission.COMMENT_CREATE, Permission.TICKET_UPDATE),
    more=(Permission.COMMENT_INTERNAL, Permission.TICKET_READ), tags=_TICKETS, summary="Undo a held comment", status_code=200,
)  # fmt: skip
async def undo_comment(uow: Uow, comment_id: FromPath[UUID]) -> Success[DraftView]:
    """Takes back your comment while it is held, or after it failed, and returns the draft that it is again."""
    return Success(DraftView.of(await undo(uow, comment_id)))


ROUTES = [add_comment, undo_comment, list_drafts, get_draft, save_draft, delete_draft]

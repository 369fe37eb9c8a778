"""v1: comments and history of tickets."""

from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, patch, post
from deskbell.api.v1.comments.shapes import (
    CommentView,
    EditComment,
    HistoryView,
    RenderedText,
    RenderText,
)
from deskbell.api.v1.envelope import Done, ListOrPage, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, OptionalLimitParam, PageParam, optional_page
from deskbell.features.drafts.sending import held_on
from deskbell.features.mail.service.recipients import mails_of_conversation
from deskbell.features.tickets import service
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.service.comments import comment_etag
from deskbell.kernel.paging import Order
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.markdown import rendered, to_html

TAG = ["Tickets"]


@get(
    "/tickets/{ticket_id:str}/comments",
    permission=Permission.COMMENT_READ,
    more=(Permission.COMMENT_INTERNAL, Permission.MAIL_READ, Permission.TICKET_READ),
    tags=TAG,
    summary="List comments",
)
async def list_comments(
    uow: Uow,
    ticket_id: FromPath[UUID],
    page: PageParam = 1,
    limit: OptionalLimitParam = None,
    cursor: CursorParam = None,
    order: FromQuery[Order] = "asc",
) -> ListOrPage[CommentView]:
    """Returns all comments, oldest first, or one page if requested. Customers see public comments only.

    For staff the whole list ends with what is held or failed.
    """
    asked = optional_page(page, limit, cursor, order)
    if asked is None:
        found = await _views(uow, await service.list_comments(uow, ticket_id))
        return ListOrPage(found + [CommentView.held(each) for each in await held_on(uow, ticket_id)])
    part = await service.page_comments(uow, ticket_id, asked)
    return ListOrPage(await _views(uow, part.items), Pagination.of(part))


async def _views(uow: UnitOfWork, comments: list[Comment]) -> list[CommentView]:
    length = sum(len(comment.body) for comment in comments)
    mails = await mails_of_conversation(uow, comments)
    return await rendered(lambda: [CommentView.of(comment, mails) for comment in comments], length)


@patch(
    "/comments/{comment_id:str}",
    permission=Permission.COMMENT_CREATE,
    more=(Permission.COMMENT_INTERNAL, Permission.COMMENT_DELETE),
    tags=TAG,
    summary="Edit a comment",
)
async def edit_comment(
    uow: Uow, request: DeskbellRequest, comment_id: FromPath[UUID], data: JSONBody[EditComment]
) -> Response[Success[CommentView]]:
    """Changes the text of your own comment; admins may edit any. With `If-Match`, only if it has not changed since."""
    comment = await service.edit_comment(uow, comment_id, data.body, expected_version(request))
    return tagged(CommentView.of(comment), comment_etag(comment))


@delete(
    "/comments/{comment_id:str}", permission=Permission.COMMENT_CREATE,
    more=(Permission.COMMENT_INTERNAL, Permission.COMMENT_DELETE), tags=TAG, summary="Delete a comment",
    status_code=200,
)  # fmt: skip
async def delete_comment(uow: Uow, request: DeskbellRequest, comment_id: FromPath[UUID]) -> Done:
    """Deletes your own comment; admins may delete any. With `If-Match`, only if it has not changed since."""
    await service.delete_comment(uow, comment_id, expected_version(request))
    return Done("Comment deleted")


@get(
    "/tickets/{ticket_id:str}/history",
    permission=Permission.TICKET_READ,
    more=(Permission.COMMENT_READ, Permission.COMMENT_INTERNAL),
    tags=TAG,
    summary="Get the history",
)
async def get_ticket_history(
    uow: Uow,
    ticket_id: FromPath[UUID],
    page: PageParam = 1,
    limit: OptionalLimitParam = None,
    cursor: CursorParam = None,
    order: FromQuery[Order] = "asc",
) -> ListOrPage[HistoryView]:
    """Returns all recorded changes, oldest first, or one page if requested. Customers see public changes only."""
    asked = optional_page(page, limit, cursor, order)
    if asked is None:
        entries = await service.history(uow, ticket_id)
        return ListOrPage([HistoryView.of(entry) for entry in entries])
    part = await service.page_history(uow, ticket_id, asked)
    return ListOrPage([HistoryView.of(entry) for entry in part.items], Pagination.of(part))


@post(
    "/render", permission=Permission.COMMENT_CREATE, tags=TAG, summary="Render a text", status_code=200,
)  # fmt: skip
async def render_text(uow: Uow, data: JSONBody[RenderText]) -> Success[RenderedText]:
    """Returns Markdown as the safe HTML that comments are shown in. Nothing is stored."""
    del uow
    return Success(await rendered(lambda: RenderedText(to_html(data.body)), len(data.body)))


ROUTES = [render_text, list_comments, edit_comment, delete_comment, get_ticket_history]

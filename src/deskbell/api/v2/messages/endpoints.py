"""v2: messages on tickets."""

from litestar.params import JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, patch, post
from deskbell.api.v2.access import forbidden_instead_of_not_found
from deskbell.api.v2.envelope import Many, One
from deskbell.api.v2.fields import LimitParam, MessageId, PageParam, TicketId, numbered
from deskbell.api.v2.messages.shapes import MAX_ATTACHMENT_BYTES, CreateMessage, MessageView, UpdateMessage
from deskbell.features.tickets import service
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.paging import MAX_LIMIT
from deskbell.kernel.permissions import Permission

TAG = ["Messages"]


@get(
    "/tickets/{ticket_id:str}/messages",
    permission=Permission.COMMENT_READ,
    more=(Permission.COMMENT_INTERNAL,),
    tags=TAG,
    summary="List messages",
)
async def list_messages(
    uow: Uow, ticket_id: TicketId, page: PageParam = 1, limit: LimitParam = MAX_LIMIT
) -> Many[MessageView]:
    """Lists the ticket's messages, oldest first. Customers see replies only."""
    async with forbidden_instead_of_not_found(uow, ticket_id):
        return Many.of(await service.page_comments(uow, ticket_id, numbered(page, limit)), MessageView.of)


@post(
    "/tickets/{ticket_id:str}/messages",
    permission=Permission.COMMENT_CREATE,
    more=(Permission.COMMENT_INTERNAL,),
    tags=TAG,
    summary="Add a message",
)
async def add_message(
    uow: Uow, request: DeskbellRequest, ticket_id: TicketId, data: JSONBody[CreateMessage]
) -> One[MessageView]:
    """Adds a reply, or with `type: "internal_note"` a note for staff only."""
    async with forbidden_instead_of_not_found(uow, ticket_id):
        comment = await service.add_comment(uow, ticket_id, data.command(), expected_version(request))
    # The stored size of an upload applies, not the one in the body.
    oversized = [i for i, each in enumerate(comment.attachments) if each.size > MAX_ATTACHMENT_BYTES]
    if oversized:
        raise Invalid([Problem.at(f"attachments.{i}.size", "attachment.too_large") for i in oversized])
    return One(MessageView.of(comment))


@patch(
    "/messages/{message_id:str}",
    permission=Permission.COMMENT_CREATE,
    more=(Permission.COMMENT_INTERNAL, Permission.COMMENT_DELETE),
    tags=TAG,
    summary="Edit a message",
)
async def edit_message(uow: Uow, message_id: MessageId, data: JSONBody[UpdateMessage]) -> One[MessageView]:
    """Changes the text of your own comment; admins may edit any."""
    return One(MessageView.of(await service.edit_comment(uow, message_id, data.content.strip())))


@delete(
    "/messages/{message_id:str}",
    permission=Permission.COMMENT_CREATE,
    more=(Permission.COMMENT_INTERNAL, Permission.COMMENT_DELETE),
    tags=TAG,
    summary="Delete a message",
)
async def delete_message(uow: Uow, message_id: MessageId) -> None:
    """Removes your own message; admins may remove any."""
    await service.delete_comment(uow, message_id)


ROUTES = [list_messages, add_message, edit_message, delete_message]

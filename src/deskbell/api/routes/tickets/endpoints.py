"""routes: tickets and messages."""

from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.routes.tickets.shapes import (
    BulkResult,
    BulkUpdate,
    CreateTicket,
    DetailView,
    MessageView,
    PostMessage,
    TagBody,
    TicketView,
    UpdateTicket,
)
from deskbell.api.routes.vocabulary import PRIORITY, STATUS
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.requests import DeskbellRequest, expected_version, say_for
from deskbell.api.shared.routing import Uow, delete, get, patch, post
from deskbell.api.shared.vocabulary import WordsParam
from deskbell.features.operations import service as operations
from deskbell.features.tickets import service
from deskbell.features.tickets.comment_records import NewComment
from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.service.tagging import add_tag
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import Channel

TICKETS = ["Tickets"]


MESSAGES = ["Messages & Collaboration"]


TicketId = FromPath[UUID]


@get("/tickets", permission=Permission.TICKET_READ, tags=TICKETS, summary="List tickets")
async def list_tickets(
    uow: Uow,
    status: WordsParam = None,
    priority: WordsParam = None,
    team_id: FromQuery[UUID | None] = None,
    assigned_to: FromQuery[str | None] = None,
    limit: LimitParam = DEFAULT_LIMIT,
    offset: OffsetParam = 0,
) -> Listing[TicketView]:
    """Lists the tickets that you may see, newest first. `assigned_to` accepts an agent's id or `none`."""
    filters = TicketFilter(
        statuses=STATUS.matching(status),
        priorities=PRIORITY.matching(priority),
        group_id=team_id,
        assignee_id=_assignee(assigned_to),
        unassigned=assigned_to == "none",
    )
    found = await service.list_tickets(uow, filters, TicketSort(), PageRequest(limit, offset))
    return Listing.of(found, TicketView.of)


def _assignee(text: str | None) -> UUID | None:
    if text in (None, "", "none"):
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid.field("assignee_id", "not_an_agent_or_none") from error


@post(
    "/tickets",
    permission=Permission.TICKET_CREATE,
    more=(Permission.TICKET_ASSIGN, Permission.CONTACT_WRITE),
    tags=TICKETS,
    summary="Create a ticket",
)
async def create_ticket(uow: Uow, data: JSONBody[CreateTicket]) -> TicketView:
    """Creates a ticket for yourself; staff may create one for a customer."""
    return TicketView.of(await service.create(uow, data.command()))


@get(
    "/tickets/{ticket_id:str}",
    permission=Permission.TICKET_READ,
    more=(Permission.COMMENT_READ, Permission.COMMENT_INTERNAL),
    tags=TICKETS,
    summary="Get a ticket",
)
async def get_ticket(uow: Uow, ticket_id: TicketId) -> DetailView:
    """Returns a ticket with its tags and the history and messages that you may see."""
    ticket = await service.get(uow, ticket_id)
    return DetailView.whole(ticket, await service.history(uow, ticket_id), await service.conversation(uow, ticket_id))


@patch("/tickets/{ticket_id:str}", permission=Permission.TICKET_UPDATE, tags=TICKETS, summary="Update a ticket")
async def update_ticket(
    uow: Uow, request: DeskbellRequest, ticket_id: TicketId, data: JSONBody[UpdateTicket]
) -> TicketView:
    """Updates the given fields."""
    return TicketView.of(await service.update(uow, ticket_id, data.command(), expected_version(request)))


@post(
    "/tickets/bulk/update", permission=Permission.TICKET_BULK_ANY, tags=TICKETS, summary="Update many tickets",
    status_code=200,
)  # fmt: skip
async def bulk_update(uow: Uow, request: DeskbellRequest, data: JSONBody[BulkUpdate]) -> BulkResult:
    """Applies a change to up to 500 tickets and reports each result. A refused ticket does not stop the others."""
    return BulkResult.of(
        (await operations.bulk_update(uow, data.ticket_ids, data.updates.command())).outcomes, say_for(request)
    )


@post("/tickets/{ticket_id:str}/tags", permission=Permission.TICKET_UPDATE, tags=TICKETS, summary="Add a tag")
async def tag_ticket(uow: Uow, ticket_id: TicketId, data: JSONBody[TagBody]) -> TicketView:
    """Adds a tag to the ticket. Adding it again has no effect."""
    return TicketView.of(await add_tag(uow, ticket_id, data.tag_id))


@get(
    "/tickets/{ticket_id:str}/messages",
    permission=Permission.COMMENT_READ,
    more=(Permission.COMMENT_INTERNAL,),
    tags=MESSAGES,
    summary="List messages",
)
async def list_messages(
    uow: Uow, ticket_id: TicketId, limit: LimitParam = DEFAULT_LIMIT, offset: OffsetParam = 0
) -> Listing[MessageView]:
    """Lists the ticket's messages, oldest first. Customers see public messages only."""
    return Listing.of(await service.page_comments(uow, ticket_id, PageRequest(limit, offset)), MessageView.of)


@post(
    "/tickets/{ticket_id:str}/messages",
    permission=Permission.COMMENT_CREATE,
    more=(Permission.COMMENT_INTERNAL,),
    tags=MESSAGES,
    summary="Post a message",
)
async def post_message(uow: Uow, ticket_id: TicketId, data: JSONBody[PostMessage]) -> MessageView:
    """Adds a message. Only staff may write internal messages."""
    new = NewComment(body=data.content, public=not data.is_internal, channel=Channel.API)
    return MessageView.of(await service.add_comment(uow, ticket_id, new))


@delete(
    "/messages/{message_id:str}",
    permission=Permission.COMMENT_DELETE,
    more=(Permission.COMMENT_INTERNAL,),
    tags=MESSAGES,
    summary="Delete a message",
)
async def delete_message(uow: Uow, message_id: FromPath[UUID]) -> None:
    """Deletes a message permanently."""
    await service.delete_comment(uow, message_id)


ROUTES = [
    list_tickets,
    create_ticket,
    get_ticket,
    update_ticket,
    bulk_update,
    tag_ticket,
    list_messages,
    post_message,
    delete_message,
]

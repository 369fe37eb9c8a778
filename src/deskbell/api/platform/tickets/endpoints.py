"""platform: tickets and messages."""

from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.platform.envelope import Numbered
from deskbell.api.platform.tickets.shapes import CreateTicket, MessageView, SendMessage, TicketView
from deskbell.api.platform.vocabulary import PRIORITY, STATUS
from deskbell.api.shared.plain import LimitParam
from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.shared.vocabulary import WordsParam
from deskbell.features.tickets import service
from deskbell.features.tickets.comment_records import NewComment
from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.records import NewTicket
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import Channel

PageParam = Annotated[int, QueryParameter(ge=1, le=1_000_000, description="Page number, from 1")]


@get("/tickets", permission=Permission.TICKET_READ, tags=["Tickets"], summary="List Tickets")
async def list_tickets(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    status: WordsParam = None,
    category: FromQuery[UUID | None] = None,
    priority: WordsParam = None,
) -> Numbered[TicketView]:
    """Lists the tickets that you may see, newest first."""
    filters = TicketFilter(
        statuses=STATUS.matching(status), priorities=PRIORITY.matching(priority), category_id=category
    )
    found = await service.list_tickets(uow, filters, TicketSort(), PageRequest.numbered(page, limit))
    return Numbered.of(found, TicketView.of)


@post("/tickets", permission=Permission.TICKET_CREATE, tags=["Tickets"], summary="Create Ticket")
async def create_ticket(uow: Uow, data: JSONBody[CreateTicket]) -> TicketView:
    """Creates a ticket; you are its customer."""
    new = NewTicket(
        subject=data.title, description=data.description, category_id=data.category_id,
        priority=PRIORITY.write(data.priority), channel=Channel.API,
    )  # fmt: skip
    return TicketView.of(await service.create(uow, new))


@post(
    "/tickets/{ticket_id:str}/messages",
    permission=Permission.COMMENT_CREATE,
    more=(Permission.COMMENT_INTERNAL,),
    tags=["Messages"],
    summary="Send Message",
)
async def send_message(uow: Uow, ticket_id: FromPath[UUID], data: JSONBody[SendMessage]) -> MessageView:
    """Adds a message to a ticket. Only staff may write internal messages."""
    new = NewComment(body=data.content, public=not data.is_internal, channel=Channel.API)
    return MessageView.of(await service.add_comment(uow, ticket_id, new))


ROUTES = [list_tickets, create_ticket, send_message]

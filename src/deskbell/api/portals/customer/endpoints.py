"""portals: a customer's own tickets."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from deskbell.api.portals.shapes import CloseTicket, CommentView, CreateTicket, CustomerComment, DetailView, TicketView
from deskbell.api.portals.vocabulary import PRIORITY, STATUS
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.routing import Uow, get, post, put
from deskbell.api.shared.vocabulary import WordsParam
from deskbell.features.tickets import service
from deskbell.features.tickets.comment_records import NewComment
from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.records import NewTicket, Ticket
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import Channel
from deskbell.runtime.database import UnitOfWork

TAG = ["Customer"]


async def _detail(uow: UnitOfWork, ticket: Ticket) -> DetailView:
    return DetailView.with_comments(ticket, await service.list_comments(uow, ticket.id))


@post(
    "/customer/tickets",
    permission=(Permission.TICKET_OWN, Permission.TICKET_CREATE),
    tags=TAG,
    summary="Create a ticket",
)
async def create_own(uow: Uow, data: JSONBody[CreateTicket]) -> DetailView:
    """Creates a ticket; you are its requester."""
    new = NewTicket(
        subject=data.subject, description=data.description, priority=PRIORITY.write(data.priority), channel=Channel.API
    )
    return DetailView.with_comments(await service.create(uow, new), [])


@get(
    "/customer/tickets",
    permission=(Permission.TICKET_OWN, Permission.TICKET_READ),
    tags=TAG,
    summary="List your tickets",
)
async def list_own(
    uow: Uow,
    status: WordsParam = None,
    priority: WordsParam = None,
    limit: LimitParam = DEFAULT_LIMIT,
    offset: OffsetParam = 0,
) -> Listing[TicketView]:
    """Lists your own tickets, newest first."""
    mine = TicketFilter(
        requester_id=uow.actor.id, statuses=STATUS.matching(status), priorities=PRIORITY.matching(priority)
    )
    return Listing.of(await service.list_tickets(uow, mine, TicketSort(), PageRequest(limit, offset)), TicketView.of)


@get(
    "/customer/tickets/{ticket_id:str}",
    permission=(Permission.TICKET_OWN, Permission.TICKET_READ, Permission.COMMENT_READ),
    tags=TAG,
    summary="Get a ticket",
)
async def get_own(uow: Uow, ticket_id: FromPath[UUID]) -> DetailView:
    """Returns one of your own tickets with its comments."""
    return await _detail(uow, await service.get(uow, ticket_id))


@put(
    "/customer/tickets/{ticket_id:str}",
    permission=(Permission.TICKET_OWN, Permission.TICKET_CLOSE, Permission.COMMENT_READ),
    tags=TAG,
    summary="Close a ticket",
)
async def close_own(
    uow: Uow,
    ticket_id: FromPath[UUID],
    data: JSONBody[CloseTicket],
) -> DetailView:
    """Sets the status to `Closed`, the only change that customers may make."""
    return await _detail(uow, await service.set_status(uow, ticket_id, STATUS.write(data.status)))


@post(
    "/customer/tickets/{ticket_id:str}/comments", permission=(Permission.TICKET_OWN, Permission.COMMENT_CREATE), tags=TAG,
    summary="Comment on a ticket",
)  # fmt: skip
async def comment_as_customer(
    uow: Uow,
    ticket_id: FromPath[UUID],
    data: JSONBody[CustomerComment],
) -> CommentView:
    """Adds a public comment."""
    return CommentView.of(await service.add_comment(uow, ticket_id, NewComment(body=data.body, channel=Channel.API)))


ROUTES = [create_own, list_own, get_own, close_own, comment_as_customer]

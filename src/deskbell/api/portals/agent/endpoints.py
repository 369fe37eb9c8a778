"""portals: an agent's assigned tickets. Any other ticket is reported as not found."""

from uuid import UUID

from litestar.params import FromPath, JSONBody
from msgspec import UNSET

from deskbell.api.portals.shapes import AgentComment, CommentView, DetailView, TicketView, UpdateTicket
from deskbell.api.portals.vocabulary import PRIORITY, STATUS, status_to_set
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.routing import Uow, get, post, put
from deskbell.api.shared.vocabulary import WordsParam
from deskbell.features.tickets import service
from deskbell.features.tickets.comment_records import NewComment
from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.records import Ticket, TicketChanges
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import Channel
from deskbell.runtime.database import UnitOfWork

TAG = ["Agent"]


def _require_assigned(uow: UnitOfWork, ticket: Ticket) -> None:
    if ticket.assignee_id != uow.actor.id:
        raise NotFound("ticket")


async def _detail(uow: UnitOfWork, ticket: Ticket) -> DetailView:
    return DetailView.with_comments(ticket, await service.list_comments(uow, ticket.id))


@get(
    "/agent/tickets",
    permission=(Permission.TICKET_READ, Permission.TICKET_UPDATE),
    tags=TAG,
    summary="List the tickets assigned to you",
)
async def list_assigned(
    uow: Uow,
    status: WordsParam = None,
    priority: WordsParam = None,
    limit: LimitParam = DEFAULT_LIMIT,
    offset: OffsetParam = 0,
) -> Listing[TicketView]:
    """Lists the tickets assigned to you, newest first."""
    mine = TicketFilter(
        assignee_id=uow.actor.id, statuses=STATUS.matching(status), priorities=PRIORITY.matching(priority)
    )
    return Listing.of(await service.list_tickets(uow, mine, TicketSort(), PageRequest(limit, offset)), TicketView.of)


@get(
    "/agent/tickets/{ticket_id:str}",
    permission=(Permission.TICKET_READ, Permission.TICKET_UPDATE, Permission.COMMENT_READ),
    more=(Permission.COMMENT_INTERNAL,),
    tags=TAG,
    summary="Get an assigned ticket",
)
async def get_assigned(uow: Uow, ticket_id: FromPath[UUID]) -> DetailView:
    """Returns a ticket assigned to you, with its requester's details and its comments."""
    ticket = await service.get(uow, ticket_id)
    _require_assigned(uow, ticket)
    return await _detail(uow, ticket)


@put(
    "/agent/tickets/{ticket_id:str}",
    permission=(Permission.TICKET_READ, Permission.TICKET_UPDATE, Permission.COMMENT_READ),
    more=(Permission.COMMENT_INTERNAL,),
    tags=TAG,
    summary="Update an assigned ticket",
)
async def update_assigned(
    uow: Uow,
    ticket_id: FromPath[UUID],
    data: JSONBody[UpdateTicket],
) -> DetailView:
    """Updates status, priority or both."""
    ticket = await service.get_locked(uow, ticket_id)
    _require_assigned(uow, ticket)
    changes = TicketChanges(
        status=UNSET if data.status is UNSET else status_to_set(ticket, data.status),
        priority=UNSET if data.priority is UNSET else PRIORITY.write(data.priority),
    )
    return await _detail(uow, await service.update(uow, ticket_id, changes))


@post(
    "/agent/tickets/{ticket_id:str}/comments",
    permission=(Permission.TICKET_READ, Permission.TICKET_UPDATE, Permission.COMMENT_CREATE),
    more=(Permission.COMMENT_INTERNAL,),
    tags=TAG,
    summary="Comment on a ticket",
)
async def comment_as_agent(
    uow: Uow,
    ticket_id: FromPath[UUID],
    data: JSONBody[AgentComment],
) -> CommentView:
    """Adds a comment. With `is_internal`, it is visible to staff only."""
    _require_assigned(uow, await service.get_locked(uow, ticket_id))
    new = NewComment(body=data.body, public=not data.is_internal, channel=Channel.API)
    return CommentView.of(await service.add_comment(uow, ticket_id, new))


ROUTES = [list_assigned, get_assigned, update_assigned, comment_as_agent]

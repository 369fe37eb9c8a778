"""routes: operations for customers only."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from deskbell.api.routes.customers.shapes import FeedbackView, GiveFeedback
from deskbell.api.routes.tickets.shapes import TicketView
from deskbell.api.routes.vocabulary import STATUS
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.shared.vocabulary import WordsParam
from deskbell.features.feedback import service as feedback
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Customer-Specific"]


@get(
    "/customers/me/tickets",
    permission=(Permission.TICKET_OWN, Permission.TICKET_READ),
    tags=TAG,
    summary="List your tickets",
)
async def list_own(
    uow: Uow, status: WordsParam = None, limit: LimitParam = DEFAULT_LIMIT, offset: OffsetParam = 0
) -> Listing[TicketView]:
    """Lists your own tickets, newest first."""
    mine = TicketFilter(requester_id=uow.actor.id, statuses=STATUS.matching(status))
    return Listing.of(await tickets.list_tickets(uow, mine, TicketSort(), PageRequest(limit, offset)), TicketView.of)


@post("/feedback/tickets/{ticket_id:str}", permission=Permission.FEEDBACK_CREATE, tags=TAG, summary="Give feedback")
async def give_feedback(uow: Uow, ticket_id: FromPath[UUID], data: JSONBody[GiveFeedback]) -> FeedbackView:
    """Rates one of your own solved tickets. Each ticket can be rated once."""
    return FeedbackView.of(await feedback.submit(uow, ticket_id, data.rating, data.comment))


ROUTES = [list_own, give_feedback]

"""routes: what only customers do."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from deskbell.api.routes.views import TicketView
from deskbell.api.routes.vocabulary import STATUS
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.shared.vocabulary import WordsParam
from deskbell.features.feedback import service as feedback
from deskbell.features.feedback.records import Feedback
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.records import TicketFilter, TicketSort
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["Customer-Specific"]


class GiveFeedback(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A verdict from 1 (poor) to 5 (very good), with or without words."""

    rating: Annotated[int, Meta(ge=feedback.WORST, le=feedback.BEST)]
    comment: Annotated[str, Meta(max_length=5_000)] | None = None


class FeedbackView(Struct, frozen=True):
    """A verdict as it was recorded."""

    ticket_id: UUID
    user_id: UUID
    rating: int
    comment: str | None
    created_at: datetime

    @classmethod
    def of(cls, given: Feedback) -> "FeedbackView":
        """Feedback in this contract's form."""
        return cls(given.ticket_id, given.user_id, given.rating, given.comment, given.created_at)


@get("/customers/me/tickets", permission=Permission.TICKET_OWN, tags=TAG, summary="List your tickets")
async def list_own(
    uow: Uow, status: WordsParam = None, limit: LimitParam = DEFAULT_LIMIT, offset: OffsetParam = 0
) -> Listing[TicketView]:
    """The tickets whose customer is the caller, newest first."""
    mine = TicketFilter(requester_id=uow.actor.id, statuses=STATUS.matching(status))
    return Listing.of(await tickets.list_tickets(uow, mine, TicketSort(), PageRequest(limit, offset)), TicketView.of)


@post("/feedback/tickets/{ticket_id:str}", permission=Permission.FEEDBACK_CREATE, tags=TAG, summary="Give feedback")
async def give_feedback(uow: Uow, ticket_id: FromPath[UUID], data: JSONBody[GiveFeedback]) -> FeedbackView:
    """Rates how a solved ticket of the caller's was handled, once."""
    return FeedbackView.of(await feedback.submit(uow, ticket_id, data.rating, data.comment))


ROUTES = [list_own, give_feedback]

"""v1: customer satisfaction ratings."""

from typing import Final
from uuid import UUID

from litestar.params import FromPath, JSONBody

from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.feedback.shapes import FeedbackBody, FeedbackView
from deskbell.features.feedback import service
from deskbell.kernel.permissions import Permission

TAG: Final = ["Feedback"]


@post("/feedback/tickets/{ticket_id:str}", permission=Permission.FEEDBACK_CREATE, tags=TAG, summary="Rate a ticket")
async def give_feedback(uow: Uow, ticket_id: FromPath[UUID], data: JSONBody[FeedbackBody]) -> Success[FeedbackView]:
    """Rates one of your own solved tickets. Each ticket can be rated once."""
    return Success(FeedbackView.of(await service.submit(uow, ticket_id, data.rating, data.comment)), "Thank you!")


@get("/feedback/tickets/{ticket_id:str}", permission=Permission.TICKET_READ, tags=TAG, summary="Get a ticket's rating")
async def get_feedback(uow: Uow, ticket_id: FromPath[UUID]) -> Success[FeedbackView]:
    """Returns the rating of a ticket."""
    return Success(FeedbackView.of(await service.find(uow, ticket_id)))


ROUTES = [give_feedback, get_feedback]

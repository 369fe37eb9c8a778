"""v1: what customers say of the help they got."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Success
from deskbell.features.feedback import service
from deskbell.features.feedback.records import Feedback
from deskbell.features.feedback.service import BEST, WORST
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG: Final = ["Feedback"]


class FeedbackView(Struct, frozen=True):
    """A customer's verdict on a ticket, from 1 (poor) to 5 (very good)."""

    ticket_id: UUID
    user_id: UUID
    rating: int
    comment: str | None
    created_at: datetime

    @classmethod
    def of(cls, feedback: Feedback) -> "FeedbackView":
        """A verdict in v1's form."""
        return cls(feedback.ticket_id, feedback.user_id, feedback.rating, feedback.comment, feedback.created_at)


class FeedbackBody(Struct, frozen=True, forbid_unknown_fields=True):
    """From 1 (poor) to 5 (very good), and words to it if you like."""

    rating: Annotated[int, Meta(ge=WORST, le=BEST)]
    comment: Annotated[str, Meta(max_length=5_000)] | None = None


@post("/feedback/tickets/{ticket_id:str}", permission=Permission.FEEDBACK_CREATE, tags=TAG, summary="Rate a ticket")
async def give_feedback(uow: Uow, ticket_id: FromPath[UUID], data: JSONBody[FeedbackBody]) -> Success[FeedbackView]:
    """Says how you were helped with a ticket of yours that is solved; once."""
    return Success(FeedbackView.of(await service.submit(uow, ticket_id, data.rating, data.comment)), "Thank you!")


@get("/feedback/tickets/{ticket_id:str}", permission=Permission.TICKET_READ, tags=TAG, summary="Get a ticket's rating")
async def get_feedback(uow: Uow, ticket_id: FromPath[UUID]) -> Success[FeedbackView]:
    """The verdict on a ticket that you may see."""
    return Success(FeedbackView.of(await service.find(uow, ticket_id)))


ROUTES = [give_feedback, get_feedback]

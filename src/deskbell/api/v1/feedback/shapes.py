"""v1: shapes of feedback."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.features.feedback.records import Feedback
from deskbell.features.feedback.service import BEST, WORST


class FeedbackView(Struct, frozen=True):
    """A customer's rating of a ticket, from 1 (poor) to 5 (very good)."""

    ticket_id: UUID
    user_id: UUID
    rating: int
    comment: str | None
    created_at: datetime

    @classmethod
    def of(cls, feedback: Feedback) -> "FeedbackView":
        return cls(feedback.ticket_id, feedback.user_id, feedback.rating, feedback.comment, feedback.created_at)


class FeedbackBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A rating from 1 (poor) to 5 (very good) with an optional comment."""

    rating: Annotated[int, Meta(ge=WORST, le=BEST)]
    comment: Annotated[str, Meta(max_length=5_000)] | None = None

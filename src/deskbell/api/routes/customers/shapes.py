"""routes: shapes of feedback."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.features.feedback import service as feedback
from deskbell.features.feedback.records import Feedback


class GiveFeedback(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rating from 1 (poor) to 5 (very good) with an optional comment."""

    rating: Annotated[int, Meta(ge=feedback.WORST, le=feedback.BEST)]
    comment: Annotated[str, Meta(max_length=5_000)] | None = None


class FeedbackView(Struct, frozen=True):
    """A recorded rating."""

    ticket_id: UUID
    user_id: UUID
    rating: int
    comment: str | None
    created_at: datetime

    @classmethod
    def of(cls, given: Feedback) -> "FeedbackView":
        return cls(given.ticket_id, given.user_id, given.rating, given.comment, given.created_at)

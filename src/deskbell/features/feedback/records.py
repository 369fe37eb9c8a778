"""Rows of feedback."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Feedback(Struct, frozen=True):
    """A customer's rating of one ticket: 1 (poor) to 5 (very good)."""

    ticket_id: UUID
    user_id: UUID
    rating: int
    comment: str | None
    created_at: datetime

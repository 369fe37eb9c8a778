"""Rows of feedback."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

__all__ = ["Feedback"]


class Feedback(Struct, frozen=True):
    """A customer's verdict on one ticket: 1 (poor) to 5 (very good)."""

    ticket_id: UUID
    user_id: UUID
    rating: int
    comment: str | None
    created_at: datetime

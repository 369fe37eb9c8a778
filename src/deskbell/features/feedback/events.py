"""Events of feedback."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import DomainEvent


class FeedbackReceived(DomainEvent, frozen=True, kw_only=True):
    """A customer rated how their ticket was handled, from 1 (poor) to 5 (very good)."""

    type: ClassVar[str] = "feedback.received"
    subject_type: ClassVar[str] = "ticket"
    subject_key: ClassVar[str] = "ticket_id"
    ticket_id: UUID
    rating: int
    comment: str | None

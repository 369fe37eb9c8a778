"""What happens to feedback."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import DomainEvent

__all__ = ["FeedbackReceived"]


class FeedbackReceived(DomainEvent, frozen=True, kw_only=True):
    """A customer rated how their ticket was handled, from 1 (poor) to 5 (very good)."""

    type: ClassVar[str] = "feedback.received"
    subject_type: ClassVar[str] = "ticket"
    ticket_id: UUID
    rating: int
    comment: str | None

    @property
    def subject_id(self) -> UUID:
        """The ticket."""
        return self.ticket_id

    @property
    def about_ticket(self) -> UUID:
        """The ticket."""
        return self.ticket_id

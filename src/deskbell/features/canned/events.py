"""What happens to canned responses."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent

__all__ = ["CannedCreated", "CannedDeleted", "CannedEvent", "CannedUpdated"]


class CannedEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one canned response. Customers know nothing of them."""

    subject_type: ClassVar[str] = "canned_response"
    response_id: UUID

    @property
    def subject_id(self) -> UUID:
        """The canned response."""
        return self.response_id

    @property
    def internal(self) -> bool:
        """For staff alone."""
        return True


class CannedCreated(CannedEvent, frozen=True, kw_only=True):
    """A new one is kept."""

    type: ClassVar[str] = "canned_response.created"
    title: str


class CannedUpdated(CannedEvent, frozen=True, kw_only=True):
    """Its fields changed."""

    type: ClassVar[str] = "canned_response.updated"
    changes: dict[str, Change]


class CannedDeleted(CannedEvent, frozen=True, kw_only=True):
    """It is gone; what was answered with it stays."""

    type: ClassVar[str] = "canned_response.deleted"
    title: str

"""What happens to tickets."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent

__all__ = [
    "CommentAdded",
    "CommentDeleted",
    "CommentEdited",
    "CommentEvent",
    "SlaBreached",
    "SlaEvent",
    "SlaWarning",
    "TicketAssigned",
    "TicketCreated",
    "TicketDeleted",
    "TicketEvent",
    "TicketPurged",
    "TicketRestored",
    "TicketUpdated",
]


class TicketEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one ticket."""

    subject_type: ClassVar[str] = "ticket"
    ticket_id: UUID

    @property
    def subject_id(self) -> UUID:
        """The ticket."""
        return self.ticket_id

    @property
    def about_ticket(self) -> UUID:
        """The ticket."""
        return self.ticket_id


class TicketCreated(TicketEvent, frozen=True, kw_only=True):
    """A ticket was filed."""

    type: ClassVar[str] = "ticket.created"
    number: int
    subject: str
    status: str
    priority: str
    channel: str
    requester_id: UUID
    assignee_id: UUID | None = None
    group_id: UUID | None = None


class TicketUpdated(TicketEvent, frozen=True, kw_only=True):
    """Fields changed, the assignment excepted."""

    type: ClassVar[str] = "ticket.updated"
    changes: dict[str, Change]


class TicketAssigned(TicketEvent, frozen=True, kw_only=True):
    """Somebody else, another group, or nobody works on it now."""

    type: ClassVar[str] = "ticket.assigned"
    changes: dict[str, Change]


class TicketDeleted(TicketEvent, frozen=True, kw_only=True):
    """Hidden everywhere; an admin can bring it back until it is purged."""

    type: ClassVar[str] = "ticket.deleted"


class TicketRestored(TicketEvent, frozen=True, kw_only=True):
    """Brought back."""

    type: ClassVar[str] = "ticket.restored"


class TicketPurged(TicketEvent, frozen=True, kw_only=True):
    """Removed for good, with its words and files."""

    type: ClassVar[str] = "ticket.purged"


class SlaEvent(TicketEvent, frozen=True, kw_only=True):
    """Base: a service-level target of a ticket. What staff promises itself is the staff's affair."""

    target: Literal["first_response", "resolution"]
    due_at: datetime

    @property
    def internal(self) -> bool:
        """Never told to a customer."""
        return True


class SlaWarning(SlaEvent, frozen=True, kw_only=True):
    """Most of the time for a target is used up (see `WARNING_SHARE`); it is missed at `due_at` if nothing happens."""

    type: ClassVar[str] = "sla.warning"


class SlaBreached(SlaEvent, frozen=True, kw_only=True):
    """A target was missed at `due_at`."""

    type: ClassVar[str] = "sla.breached"


class CommentEvent(TicketEvent, frozen=True, kw_only=True):
    """Base: something about one comment."""

    subject_type: ClassVar[str] = "comment"
    comment_id: UUID
    public: bool

    @property
    def subject_id(self) -> UUID:
        """The comment."""
        return self.comment_id

    @property
    def internal(self) -> bool:
        """Notes concern staff alone."""
        return not self.public


class CommentAdded(CommentEvent, frozen=True, kw_only=True):
    """A reply or an internal note."""

    type: ClassVar[str] = "comment.added"
    first_response: bool = False


class CommentEdited(CommentEvent, frozen=True, kw_only=True):
    """A comment's words changed."""

    type: ClassVar[str] = "comment.edited"


class CommentDeleted(CommentEvent, frozen=True, kw_only=True):
    """A comment was removed."""

    type: ClassVar[str] = "comment.deleted"

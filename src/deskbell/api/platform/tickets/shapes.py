"""platform: shapes of tickets."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.api.platform.vocabulary import PRIORITY, STATUS, PriorityWord
from deskbell.api.shared.plain import Content, Subject
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.records import Ticket


class TicketView(Struct, frozen=True, kw_only=True):
    """A ticket."""

    id: UUID
    number: int
    title: str
    description: str
    status: str
    priority: str
    category_id: UUID | None
    customer_id: UUID
    assignee_id: UUID | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketView":
        return cls(
            id=ticket.id, number=ticket.number, title=ticket.subject, description=ticket.description,
            status=STATUS.show(ticket.status), priority=PRIORITY.show(ticket.priority),
            category_id=ticket.category_id, customer_id=ticket.requester.id, assignee_id=ticket.assignee_id,
            created_at=ticket.created_at, updated_at=ticket.updated_at,
        )  # fmt: skip


class MessageView(Struct, frozen=True, kw_only=True):
    """A message on a ticket. Internal messages are visible to staff only."""

    id: UUID
    ticket_id: UUID
    author_id: UUID
    content: str
    is_internal: bool
    created_at: datetime

    @classmethod
    def of(cls, comment: Comment) -> "MessageView":
        return cls(
            id=comment.id, ticket_id=comment.ticket_id, author_id=comment.author.id, content=comment.body,
            is_internal=not comment.public, created_at=comment.created_at,
        )  # fmt: skip


class CreateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new ticket. The caller is its requester."""

    title: Subject
    description: Content
    category_id: UUID | None = None
    priority: PriorityWord = "medium"


class SendMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new message. With `is_internal`, it is visible to staff only."""

    content: Content
    is_internal: bool = False

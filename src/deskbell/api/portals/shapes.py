"""portals: shapes of tickets and comments."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.api.portals.vocabulary import PRIORITY, STATUS, ClosedWord, PriorityWord, StatusWord
from deskbell.api.shared.plain import Content, Subject
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.records import Person, Ticket


class PersonView(Struct, frozen=True):
    """A ticket's requester or assignee."""

    id: UUID
    name: str
    email: str

    @classmethod
    def of(cls, person: Person) -> "PersonView":
        return cls(person.id, person.name, person.email)


class AuthorView(Struct, frozen=True):
    """The author of a comment."""

    id: UUID
    name: str


class CommentView(Struct, frozen=True, kw_only=True):
    """A comment. Internal comments are visible to staff only."""

    id: UUID
    ticket_id: UUID
    author_id: UUID
    author: AuthorView
    body: str
    is_internal: bool
    created_at: datetime

    @classmethod
    def of(cls, comment: Comment) -> "CommentView":
        return cls(
            id=comment.id, ticket_id=comment.ticket_id, author_id=comment.author.id,
            author=AuthorView(comment.author.id, comment.author.name), body=comment.body,
            is_internal=not comment.public, created_at=comment.created_at,
        )  # fmt: skip


class TicketView(Struct, frozen=True, kw_only=True):
    """A ticket with its requester's details."""

    id: UUID
    number: int
    subject: str
    description: str
    status: str
    priority: str
    requester_id: UUID
    requester: PersonView
    assignee_id: UUID | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketView":
        return cls(
            id=ticket.id, number=ticket.number, subject=ticket.subject, description=ticket.description,
            status=STATUS.show(ticket.status), priority=PRIORITY.show(ticket.priority),
            requester_id=ticket.requester.id, requester=PersonView.of(ticket.requester),
            assignee_id=ticket.assignee_id, created_at=ticket.created_at, updated_at=ticket.updated_at,
        )  # fmt: skip


class DetailView(TicketView, frozen=True, kw_only=True):
    """A ticket with its comments, oldest first."""

    comments: list[CommentView]

    @classmethod
    def with_comments(cls, ticket: Ticket, comments: list[Comment]) -> "DetailView":
        view = TicketView.of(ticket)
        fields = {name: getattr(view, name) for name in view.__struct_fields__}
        return cls(**fields, comments=[CommentView.of(comment) for comment in comments])


class CreateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new ticket. The caller is its requester."""

    subject: Subject
    description: Content
    priority: PriorityWord = "Medium"


class UpdateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values."""

    status: StatusWord | UnsetType = UNSET
    priority: PriorityWord | UnsetType = UNSET


class CloseTicket(Struct, frozen=True, forbid_unknown_fields=True):
    """The new status; customers may only close a ticket."""

    status: ClosedWord


class AgentComment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new comment. With `is_internal`, it is visible to staff only."""

    body: Content
    is_internal: bool = False


class CustomerComment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new comment. It is always public; `is_internal` is ignored."""

    body: Content
    is_internal: bool = False

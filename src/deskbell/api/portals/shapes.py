"""portals: shapes of tickets and comments."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.api.portals.vocabulary import PRIORITY, STATUS, ClosedWord, PriorityWord, StatusWord
from deskbell.api.shared.plain import Content, Subject
from deskbell.features.tickets.records import Comment, Person, Ticket


class PersonView(Struct, frozen=True):
    """A person beside a ticket."""

    id: UUID
    name: str
    email: str

    @classmethod
    def of(cls, person: Person) -> "PersonView":
        """The public part of a person."""
        return cls(person.id, person.name, person.email)


class AuthorView(Struct, frozen=True):
    """Who wrote a comment."""

    id: UUID
    name: str


class CommentView(Struct, frozen=True, kw_only=True):
    """A comment; an internal one is seen by staff alone."""

    id: UUID
    ticket_id: UUID
    author_id: UUID
    author: AuthorView
    body: str
    is_internal: bool
    created_at: datetime

    @classmethod
    def of(cls, comment: Comment) -> "CommentView":
        """A comment in this contract's form."""
        return cls(
            id=comment.id, ticket_id=comment.ticket_id, author_id=comment.author.id,
            author=AuthorView(comment.author.id, comment.author.name), body=comment.body,
            is_internal=not comment.public, created_at=comment.created_at,
        )  # fmt: skip


class TicketView(Struct, frozen=True, kw_only=True):
    """A ticket in a list, with its requester's details."""

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
        """A ticket in this contract's words."""
        return cls(
            id=ticket.id, number=ticket.number, subject=ticket.subject, description=ticket.description,
            status=STATUS.show(ticket.status), priority=PRIORITY.show(ticket.priority),
            requester_id=ticket.requester.id, requester=PersonView.of(ticket.requester),
            assignee_id=ticket.assignee_id, created_at=ticket.created_at, updated_at=ticket.updated_at,
        )  # fmt: skip


class DetailView(TicketView, frozen=True, kw_only=True):
    """A ticket with its conversation, oldest comment first."""

    comments: list[CommentView]

    @classmethod
    def with_comments(cls, ticket: Ticket, comments: list[Comment]) -> "DetailView":
        """A ticket with the comments that its reader may see."""
        view = TicketView.of(ticket)
        fields = {name: getattr(view, name) for name in view.__struct_fields__}
        return cls(**fields, comments=[CommentView.of(comment) for comment in comments])


class CreateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer's new ticket; its requester is whoever sends it."""

    subject: Subject
    description: Content
    priority: PriorityWord = "Medium"


class UpdateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values for an assigned ticket; what is left out stays."""

    status: StatusWord | UnsetType = UNSET
    priority: PriorityWord | UnsetType = UNSET


class CloseTicket(Struct, frozen=True, forbid_unknown_fields=True):
    """All that a customer may set."""

    status: ClosedWord


class AgentComment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A comment that the customer sees, or with `is_internal` one for agents and admins only."""

    body: Content
    is_internal: bool = False


class CustomerComment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer's comment. It is always public, whatever `is_internal` says."""

    body: Content
    is_internal: bool = False

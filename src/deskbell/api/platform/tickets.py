"""platform: tickets and messages."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Struct

from deskbell.api.platform.forms import Numbered
from deskbell.api.platform.vocabulary import PRIORITY, STATUS, PriorityWord
from deskbell.api.shared.plain import Content, LimitParam, Subject
from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.shared.vocabulary import WordsParam
from deskbell.features.tickets import service
from deskbell.features.tickets.records import Comment, NewComment, NewTicket, Ticket, TicketFilter, TicketSort
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

PageParam = Annotated[int, QueryParameter(ge=1, le=1_000_000, description="Page number, from 1")]


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
        """A ticket in this contract's words."""
        return cls(
            id=ticket.id, number=ticket.number, title=ticket.subject, description=ticket.description,
            status=STATUS.show(ticket.status), priority=PRIORITY.show(ticket.priority),
            category_id=ticket.category_id, customer_id=ticket.requester.id, assignee_id=ticket.assignee_id,
            created_at=ticket.created_at, updated_at=ticket.updated_at,
        )  # fmt: skip


class MessageView(Struct, frozen=True, kw_only=True):
    """A message on a ticket; an internal one is seen by staff alone."""

    id: UUID
    ticket_id: UUID
    author_id: UUID
    content: str
    is_internal: bool
    created_at: datetime

    @classmethod
    def of(cls, comment: Comment) -> "MessageView":
        """A comment in this contract's words."""
        return cls(
            id=comment.id, ticket_id=comment.ticket_id, author_id=comment.author.id, content=comment.body,
            is_internal=not comment.public, created_at=comment.created_at,
        )  # fmt: skip


class CreateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new ticket of the caller's."""

    title: Subject
    description: Content
    category_id: UUID | None = None
    priority: PriorityWord = "medium"


class SendMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message, or with `is_internal` a note for staff only."""

    content: Content
    is_internal: bool = False


@get("/tickets", permission=Permission.TICKET_READ, tags=["Tickets"], summary="List Tickets")
async def list_tickets(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    status: WordsParam = None,
    category: FromQuery[UUID | None] = None,
    priority: WordsParam = None,
) -> Numbered[TicketView]:
    """The tickets that the caller may see, newest first."""
    narrow = TicketFilter(
        statuses=STATUS.matching(status), priorities=PRIORITY.matching(priority), category_id=category
    )
    found = await service.list_tickets(uow, narrow, TicketSort(), PageRequest.numbered(page, limit))
    return Numbered.of(found, TicketView.of)


@post("/tickets", permission=Permission.TICKET_CREATE, tags=["Tickets"], summary="Create Ticket")
async def create_ticket(uow: Uow, data: JSONBody[CreateTicket]) -> TicketView:
    """Files a ticket for the caller."""
    new = NewTicket(
        subject=data.title, description=data.description, category_id=data.category_id,
        priority=PRIORITY.write(data.priority), channel="api",
    )  # fmt: skip
    return TicketView.of(await service.create(uow, new))


@post(
    "/tickets/{ticket_id:str}/messages", permission=Permission.COMMENT_CREATE, tags=["Messages"], summary="Send Message"
)
async def send_message(uow: Uow, ticket_id: FromPath[UUID], data: JSONBody[SendMessage]) -> MessageView:
    """Adds a message to a ticket that the caller may see; internal ones are for staff to write."""
    new = NewComment(body=data.content, public=not data.is_internal, channel="api")
    return MessageView.of(await service.add_comment(uow, ticket_id, new))


ROUTES = [list_tickets, create_ticket, send_message]

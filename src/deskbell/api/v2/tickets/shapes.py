"""v2: shapes of tickets."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v2.fields import AssigneeId, Description, Tags, Title
from deskbell.api.v2.messages.shapes import AttachmentView, MessageView
from deskbell.api.v2.tickets.activities import ActivityView, activities_of
from deskbell.api.v2.vocabulary import Priority, Status, core_priority, core_status, shown_priority, shown_status
from deskbell.features.tickets.records import Named, NewTicket, Person, Ticket, TicketChanges
from deskbell.features.tickets.service.whole import TicketWithConversation
from deskbell.kernel.words import Channel

ACTIVITIES = 50
"""Maximum number of activities returned with a ticket."""


class CustomerView(Struct, frozen=True, rename="camel"):
    """The customer of a ticket."""

    id: UUID
    name: str
    email: str
    avatar_url: str | None

    @classmethod
    def of(cls, person: Person) -> "CustomerView":
        """The public fields of a person and their address."""
        return cls(person.id, person.name, person.email, person.avatar_url)


class AssigneeView(Struct, frozen=True, rename="camel"):
    """The assignee of a ticket."""

    id: UUID
    name: str
    avatar_url: str | None

    @classmethod
    def of(cls, person: Person) -> "AssigneeView":
        return cls(person.id, person.name, person.avatar_url)


class TicketView(Struct, frozen=True, kw_only=True, rename="camel"):
    """A ticket. Send its `ETag` in `If-Match` to avoid overwriting other changes."""

    id: UUID
    organization_id: UUID
    ticket_number: int
    title: str
    description: str
    status: Status
    priority: Priority
    customer_id: UUID
    assignee_id: UUID | None
    group_id: UUID | None
    category_id: UUID | None
    tags: list[str]
    sla_deadline: datetime | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    customer: CustomerView
    assignee: AssigneeView | None
    group: Named | None
    category: Named | None

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketView":
        return cls(**_fields(ticket))


class TicketDetail(TicketView, frozen=True, kw_only=True, rename="camel"):
    """A ticket with its description's files, its messages (oldest first) and its latest activities (newest first)."""

    attachments: list[AttachmentView]
    messages: list[MessageView]
    activities: list[ActivityView]

    @classmethod
    def of_whole(cls, whole: TicketWithConversation) -> "TicketDetail":
        return cls(
            **_fields(whole.ticket),
            attachments=[AttachmentView.of(each) for each in whole.attachments],
            messages=[MessageView.of(comment) for comment in whole.comments],
            activities=activities_of(whole)[:ACTIVITIES],
        )


def _fields(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "organization_id": ticket.organization_id,
        "ticket_number": ticket.number,
        "title": ticket.subject,
        "description": ticket.description,
        "status": shown_status(ticket.status),
        "priority": shown_priority(ticket.priority),
        "customer_id": ticket.requester.id,
        "assignee_id": ticket.assignee_id,
        "group_id": ticket.group_id,
        "category_id": ticket.category_id,
        "tags": ticket.tags,
        "sla_deadline": sla_deadline(ticket),
        "first_response_at": ticket.first_response_at,
        "resolved_at": ticket.solved_at,
        "closed_at": ticket.closed_at,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "customer": CustomerView.of(ticket.requester),
        "assignee": AssigneeView.of(ticket.assignee) if ticket.assignee else None,
        "group": ticket.group,
        "category": ticket.category,
    }


def sla_deadline(ticket: Ticket) -> datetime | None:
    """The due time of the first response; None without a target and while the clock is paused."""
    return None if ticket.deadlines is None else ticket.deadlines.first_response_due_at


class CreateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A new ticket. The caller is its requester."""

    title: Title
    description: Description
    priority: Priority = "medium"
    category_id: UUID | None = None
    tags: Tags = []

    def command(self) -> NewTicket:
        return NewTicket(
            subject=self.title.strip(),
            description=self.description.strip(),
            priority=core_priority(self.priority),
            channel=Channel.API,
            category_id=self.category_id,
            tags=self.tags,
        )


class UpdateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The fields to change; omitted fields keep their values. `categoryId: null` removes the category."""

    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    category_id: UUID | UnsetType | None = UNSET

    def command(self) -> TicketChanges:
        return TicketChanges(
            subject=UNSET if self.title is UNSET else self.title.strip(),
            description=UNSET if self.description is UNSET else self.description.strip(),
            priority=UNSET if self.priority is UNSET else core_priority(self.priority),
            status=UNSET if self.status is UNSET else core_status(self.status),
            tags=self.tags,
            category_id=self.category_id,
        )


class AssignTicket(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The new assignee: any agent."""

    assignee_id: AssigneeId


class CloseTicket(Struct, frozen=True, forbid_unknown_fields=True):
    """The resolution of a ticket; recorded in its history."""

    resolution: Annotated[str, Meta(max_length=5_000)] | UnsetType = UNSET

"""routes: shapes of tickets."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.routes.vocabulary import FIELDS, STEPS
from deskbell.api.shared.plain import Content, OutcomeView, Subject
from deskbell.features.tickets.bulk_records import BulkOutcome
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.queries.history import HistoryEntry
from deskbell.features.tickets.records import NewTicket, Person, Ticket, TicketChanges
from deskbell.kernel.words import Channel, Priority, Status
from deskbell.runtime.messages import Say


class PersonView(Struct, frozen=True):
    """A ticket's requester or assignee."""

    id: UUID
    name: str
    email: str

    @classmethod
    def of(cls, person: Person) -> "PersonView":
        return cls(person.id, person.name, person.email)


class MessageView(Struct, frozen=True, kw_only=True):
    """A message. Internal messages are visible to staff only."""

    id: UUID
    ticket_id: UUID
    author_id: UUID
    author: PersonView
    content: str
    is_internal: bool
    channel: str
    created_at: datetime
    edited_at: datetime | None

    @classmethod
    def of(cls, comment: Comment) -> "MessageView":
        return cls(
            id=comment.id, ticket_id=comment.ticket_id, author_id=comment.author.id,
            author=PersonView.of(comment.author), content=comment.body, is_internal=not comment.public,
            channel=comment.channel, created_at=comment.created_at, edited_at=comment.edited_at,
        )  # fmt: skip


class StepView(Struct, frozen=True, kw_only=True):
    """A change of a ticket. `changes` holds each field's old and new value. `user_id` is null if Deskbell itself acted."""

    id: str
    action: str
    user_id: UUID | None
    user_name: str
    changes: dict[str, Any]
    created_at: datetime

    @classmethod
    def of(cls, entry: HistoryEntry) -> "StepView":
        changes = {FIELDS.get(name, name): change for name, change in entry.step.values.items()}
        if (public := changes.pop("public", None)) is not None:
            changes["is_internal"] = not public
        return cls(
            id=str(entry.id), action=STEPS.get(entry.step.action, entry.step.action), user_id=entry.actor_id,
            user_name=entry.actor_name or "Deskbell", changes=changes, created_at=entry.at,
        )  # fmt: skip


class TicketView(Struct, frozen=True, kw_only=True):
    """A ticket."""

    id: UUID
    number: int
    subject: str
    description: str
    status: str
    priority: str
    type: str
    channel: str
    customer_id: UUID
    customer: PersonView
    assigned_to: UUID | None
    assignee: PersonView | None
    team_id: UUID | None
    category_id: UUID | None
    tags: list[str]
    created_at: datetime
    updated_at: datetime
    first_response_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketView":
        return cls(**_fields(ticket))


class DetailView(TicketView, frozen=True, kw_only=True):
    """A ticket with its history and messages, both oldest first."""

    history: list[StepView]
    messages: list[MessageView]

    @classmethod
    def whole(cls, ticket: Ticket, history: list[HistoryEntry], comments: list[Comment]) -> "DetailView":
        return cls(
            **_fields(ticket),
            history=[StepView.of(entry) for entry in history],
            messages=[MessageView.of(comment) for comment in comments],
        )


def _fields(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id, "number": ticket.number, "subject": ticket.subject, "description": ticket.description,
        "status": ticket.status, "priority": ticket.priority, "type": ticket.type, "channel": ticket.channel,
        "customer_id": ticket.requester.id, "customer": PersonView.of(ticket.requester),
        "assigned_to": ticket.assignee_id, "assignee": PersonView.of(ticket.assignee) if ticket.assignee else None,
        "team_id": ticket.group_id, "category_id": ticket.category_id, "tags": ticket.tags,
        "created_at": ticket.created_at, "updated_at": ticket.updated_at,
        "first_response_at": ticket.first_response_at, "solved_at": ticket.solved_at, "closed_at": ticket.closed_at,
    }  # fmt: skip


class CreateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new ticket. Staff may create it for the customer in `customer_id`."""

    subject: Subject
    description: Content
    customer_id: UUID | None = None
    channel: Channel = Channel.API
    priority: Priority = Priority.NORMAL

    def command(self) -> NewTicket:
        return NewTicket(
            subject=self.subject, description=self.description, requester_id=self.customer_id, channel=self.channel,
            priority=self.priority,
        )  # fmt: skip


class UpdateTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values, null unassigns."""

    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    assigned_to: UUID | UnsetType | None = UNSET
    team_id: UUID | UnsetType | None = UNSET

    def command(self) -> TicketChanges:
        return TicketChanges(
            status=self.status, priority=self.priority, assignee_id=self.assigned_to, group_id=self.team_id
        )


class BulkUpdate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A change to apply to several tickets."""

    ticket_ids: Annotated[list[UUID], Meta(min_length=1, max_length=500)]
    updates: UpdateTicket


class BulkResult(Struct, frozen=True):
    """The result for each ticket, in the order of the request."""

    updated: int
    failed: int
    results: list[OutcomeView]

    @classmethod
    def of(cls, outcomes: list[BulkOutcome], say: Say) -> "BulkResult":
        done = sum(outcome.ok for outcome in outcomes)
        return cls(done, len(outcomes) - done, [OutcomeView.of(each, say) for each in outcomes])


class TagBody(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The id of a tag."""

    tag_id: UUID


class PostMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new message. With `is_internal`, it is visible to staff only."""

    content: Content
    is_internal: bool = False

"""What another program is told of an event: `{"type", "timestamp", "data"}`, with each object as contract v1 shows it.

The forms stand here because features do not import the API; a test compares them with v1's answers.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.access.events import MemberEvent, MemberUpdated
from deskbell.features.feedback.events import FeedbackReceived
from deskbell.features.tickets.events import (
    CommentDeleted,
    CommentEvent,
    SlaEvent,
    TicketAssigned,
    TicketPurged,
    TicketUpdated,
)
from deskbell.features.tickets.queries import comments, references, tickets
from deskbell.features.tickets.records import Attachment, Comment, CustomField, Named, Person, Ticket
from deskbell.kernel.deadlines import Deadlines
from deskbell.kernel.events import DomainEvent, Recorded
from deskbell.runtime.sql import Db

__all__ = ["bodies_of"]


class PersonData(Struct, frozen=True):
    """A person beside a ticket."""

    id: UUID
    name: str
    email: str
    avatar_url: str | None


class SlaData(Struct, frozen=True, kw_only=True):
    """What a ticket has been promised. Targets are in seconds."""

    first_response_target: int | None
    first_response_due_at: datetime | None
    first_response_breached_at: datetime | None
    resolution_target: int | None
    resolution_due_at: datetime | None
    resolution_breached_at: datetime | None
    paused: bool


class TicketData(Struct, frozen=True, kw_only=True):
    """A ticket as it stood when the event was read."""

    id: UUID
    number: int
    subject: str
    description: str
    status: str
    priority: str
    type: str
    channel: str
    requester_id: UUID
    requester: PersonData
    assignee_id: UUID | None
    assignee: PersonData | None
    group_id: UUID | None
    group: Named | None
    category_id: UUID | None
    category: Named | None
    tags: list[str]
    custom_fields: list[CustomField]
    external_id: str | None
    version: int
    reopen_count: int
    created_at: datetime
    updated_at: datetime
    first_response_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    sla: SlaData | None


class AuthorData(Struct, frozen=True):
    """Who wrote a comment."""

    id: UUID
    name: str
    email: str
    avatar_url: str | None
    is_staff: bool


class AttachmentData(Struct, frozen=True):
    """A file on a comment."""

    id: UUID
    filename: str
    url: str
    mime_type: str
    size: int


class CommentData(Struct, frozen=True, kw_only=True):
    """A comment, and its ticket: words move its status and times as well."""

    id: UUID
    ticket_id: UUID
    author_id: UUID
    author: AuthorData
    body: str
    public: bool
    channel: str
    attachments: list[AttachmentData]
    created_at: datetime
    edited_at: datetime | None
    ticket: TicketData


async def bodies_of(db: Db, events: Sequence[Recorded]) -> dict[int, str]:
    """The body of each event of the entered organization, by the event's id; one look for all of a kind."""
    about = {e.event.about_ticket for e in events if e.event.about_ticket is not None}
    words = {e.event.comment_id for e in events if isinstance(e.event, CommentEvent)}
    people = {e.event.user_id for e in events if isinstance(e.event, MemberEvent)}
    found = _Found(
        await tickets.by_ids(db, list(about)) if about else {},
        await comments.by_ids(db, list(words)) if words else {},
        {each: person for each in people if (person := await references.find_person(db, each)) is not None},
    )
    return {each.id: body(each.event.type, each.at, found.data_of(each.event)) for each in events}


def body(kind: str, at: datetime, data: Any) -> str:
    """The text that is signed and sent."""
    return msgspec.json.encode({"type": kind, "timestamp": at, "data": data}).decode()


class _Found(Struct, frozen=True):
    """The objects that some events are about, as far as they still exist."""

    tickets: Mapping[UUID, Ticket]
    comments: Mapping[UUID, Comment]
    people: Mapping[UUID, Person]

    def data_of(self, event: DomainEvent) -> dict[str, Any]:
        """An event's `data`. Of an object that is gone, what the event itself tells of it is left."""
        if isinstance(event, MemberEvent):
            return self._member(event)
        ticket = self.tickets.get(event.about_ticket) if event.about_ticket is not None else None
        if isinstance(event, CommentEvent):
            return self._comment(event, ticket)
        if isinstance(event, FeedbackReceived):
            return _plain(event) | ({"ticket": _ticket(ticket)} if ticket is not None else {})
        if ticket is None or isinstance(event, TicketPurged):
            return {"id": event.about_ticket}
        told = msgspec.structs.asdict(_ticket(ticket))
        if isinstance(event, TicketUpdated | TicketAssigned):
            told["changes"] = event.changes
        if isinstance(event, SlaEvent):
            told |= {"target": event.target, "due_at": event.due_at}
        return told

    def _comment(self, event: CommentEvent, ticket: Ticket | None) -> dict[str, Any]:
        comment = self.comments.get(event.comment_id)
        if comment is None or ticket is None or isinstance(event, CommentDeleted):
            return {"id": event.comment_id, "ticket_id": event.ticket_id, "public": event.public}
        return msgspec.structs.asdict(_comment(comment, ticket))

    def _member(self, event: MemberEvent) -> dict[str, Any]:
        person = self.people.get(event.user_id)
        told: dict[str, Any] = {"id": event.user_id}
        if person is not None:
            told |= msgspec.structs.asdict(person)
        return told | ({"changes": event.changes} if isinstance(event, MemberUpdated) else {})


def _plain(event: DomainEvent) -> dict[str, Any]:
    return msgspec.structs.asdict(event)


def _person(person: Person | None) -> PersonData | None:
    return None if person is None else PersonData(person.id, person.name, person.email, person.avatar_url)


def _sla(deadlines: Deadlines) -> SlaData:
    return SlaData(
        first_response_target=deadlines.first_response_seconds,
        first_response_due_at=deadlines.first_response_due_at,
        first_response_breached_at=deadlines.first_response_breached_at,
        resolution_target=deadlines.resolution_seconds,
        resolution_due_at=deadlines.resolution_due_at,
        resolution_breached_at=deadlines.resolution_breached_at,
        paused=deadlines.paused,
    )


def _ticket(ticket: Ticket) -> TicketData:
    requester = ticket.requester
    return TicketData(
        id=ticket.id, number=ticket.number, subject=ticket.subject, description=ticket.description,
        status=ticket.status, priority=ticket.priority, type=ticket.type, channel=ticket.channel,
        requester_id=requester.id,
        requester=PersonData(requester.id, requester.name, requester.email, requester.avatar_url),
        assignee_id=ticket.assignee_id, assignee=_person(ticket.assignee), group_id=ticket.group_id, group=ticket.group,
        category_id=ticket.category_id, category=ticket.category, tags=ticket.tags, custom_fields=ticket.custom_fields,
        external_id=ticket.external_id, version=ticket.version, reopen_count=ticket.reopen_count,
        created_at=ticket.created_at, updated_at=ticket.updated_at, first_response_at=ticket.first_response_at,
        solved_at=ticket.solved_at, closed_at=ticket.closed_at, sla=_sla(ticket.deadlines) if ticket.deadlines else None,
    )  # fmt: skip


def _attachment(attachment: Attachment) -> AttachmentData:
    url = attachment.url or f"/api/v1/uploads/{attachment.file_id}"
    return AttachmentData(attachment.id, attachment.filename, url, attachment.mime_type, attachment.size)


def _comment(comment: Comment, ticket: Ticket) -> CommentData:
    author = comment.author
    return CommentData(
        id=comment.id, ticket_id=comment.ticket_id, author_id=author.id,
        author=AuthorData(author.id, author.name, author.email, author.avatar_url, author.role != "customer"),
        body=comment.body, public=comment.public, channel=comment.channel,
        attachments=[_attachment(each) for each in comment.attachments], created_at=comment.created_at,
        edited_at=comment.edited_at, ticket=_ticket(ticket),
    )  # fmt: skip

"""Builds the rows of a ticket from its record."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.feedback.events import FeedbackReceived
from deskbell.features.tickets.events import CommentAdded, CommentEdited, TicketCreated
from deskbell.features.transfer.format.history import events_of, fields_as_list, steps_of
from deskbell.features.transfer.format.records import Attachment, Ticket
from deskbell.features.transfer.format.types import FieldValue
from deskbell.features.transfer.importing.derived import Derived, comment_times, derive, initial_state
from deskbell.features.transfer.importing.rows import CommentRow, EventRow, FeedbackRow, Member, TicketRow
from deskbell.kernel.events import DomainEvent


class Known(Struct, frozen=True):
    """Ids for the references of a batch's tickets: people by address, groups, categories, brands and tags by name."""

    members: Mapping[str, Member]
    groups: Mapping[str, UUID]
    categories: Mapping[str, UUID]
    brands: Mapping[str, UUID]
    tags: Mapping[str, UUID]
    statuses: Mapping[str, tuple[UUID, str]]
    now: datetime
    complete: bool

    def resolve(self, field: str, value: Any) -> UUID:
        """The id for a reference in a change of this field."""
        if field in ("assignee", "requester"):
            return self.members[value].id
        return {"group": self.groups, "category": self.categories, "brand": self.brands}[field][value]


class Placed(Struct, frozen=True):
    """A new ticket with its id, its number and the ids of its comments."""

    ticket: Ticket
    id: UUID
    number: int
    comment_ids: Sequence[UUID]


class PlacedAttachment(Struct, frozen=True):
    """An attachment with the ticket or comment that it belongs to, its uploader and its time."""

    attachment: Attachment
    ticket_id: UUID
    comment_id: UUID | None
    position: int
    by: UUID
    at: datetime


class TicketRows(Struct, frozen=True):
    """All rows of one ticket; attachments still need their contents stored."""

    ticket: TicketRow
    comments: list[CommentRow]
    events: list[EventRow]
    feedback: FeedbackRow | None
    attachments: list[PlacedAttachment]


def rows_of(placed: Placed, known: Known) -> TicketRows:
    """The rows of a ticket."""
    ticket = placed.ticket
    status_id, fields = _own_status(ticket, known)
    derived = derive(ticket, known.members, known.now, complete=known.complete)
    comments = _comments(placed, known, derived)
    requester_id = known.members[ticket.requester.email].id
    feedback = None
    if ticket.feedback is not None:
        at = ticket.feedback.at or derived.solved_at or derived.updated_at
        feedback = FeedbackRow(placed.id, requester_id, ticket.feedback.rating, ticket.feedback.comment, at)
    events = list(_history(placed, known, derived, comments, feedback))
    row = TicketRow(
        id=placed.id, number=placed.number, subject=ticket.subject, description=ticket.description,
        status=ticket.status or "new", priority=ticket.priority or "normal", type=ticket.type or "question",
        channel=ticket.channel or "import", requester_id=requester_id,
        assignee_id=known.members[ticket.assignee.email].id if ticket.assignee else None,
        group_id=known.groups[ticket.group] if ticket.group else None,
        category_id=known.categories[ticket.category] if ticket.category else None,
        brand_id=known.brands[ticket.brand] if ticket.brand else None,
        tag_ids="{" + ",".join(str(known.tags[name]) for name in ticket.tags) + "}",
        custom_fields=msgspec.json.encode(fields_as_list(fields)).decode(),
        external_id=ticket.external_id, version=len(events), reopen_count=derived.reopen_count,
        created_at=derived.created_at, updated_at=derived.updated_at, first_response_at=derived.first_response_at,
        solved_at=derived.solved_at, closed_at=derived.closed_at, deleted_at=ticket.deleted_at,
        waiting_since=derived.waiting_since, status_id=status_id,
    )  # fmt: skip
    return TicketRows(row, comments, events, feedback, list(_attachments(placed, known, derived, comments)))


def _own_status(ticket: Ticket, known: Known) -> tuple[UUID | None, dict[str, FieldValue]]:
    """The id of the ticket's own status, and its values: among them a status that is unknown here, or within another one."""
    if ticket.custom_status is None:
        return None, ticket.custom_fields
    status_id, within = known.statuses.get(ticket.custom_status, (None, None))
    if status_id is not None and within == (ticket.status or "new"):
        return status_id, ticket.custom_fields
    return None, {**ticket.custom_fields, "import_custom_status": ticket.custom_status}


def event_row(event: DomainEvent, actor_id: UUID | None, at: datetime) -> EventRow:
    """An event as a row of the journal."""
    return EventRow(
        event.type, event.subject_type, event.subject_id, event.about_ticket, actor_id, event.internal, at,
        msgspec.json.encode(event).decode(),
    )  # fmt: skip


def _comments(placed: Placed, known: Known, derived: Derived) -> list[CommentRow]:
    times = comment_times(placed.ticket, derived.created_at)
    return [
        CommentRow(
            id=comment_id, ticket_id=placed.id, author_id=known.members[comment.author.email].id, body=comment.body,
            public=comment.public, channel=comment.channel or "import", external_id=comment.external_id, created_at=at,
            edited_at=comment.edited_at,
        )
        for comment, comment_id, at in zip(placed.ticket.comments, placed.comment_ids, times, strict=True)
    ]  # fmt: skip


def _history(
    placed: Placed, known: Known, derived: Derived, comments: list[CommentRow], feedback: FeedbackRow | None
) -> Iterator[EventRow]:
    """The creation, then all other events by time; at equal times comments come before changes, as in a live ticket."""
    filer = placed.ticket.created_by or placed.ticket.requester
    yield event_row(_created(placed, known), known.members[filer.email].id, derived.created_at)
    later: list[EventRow] = []
    answered = False
    for row in comments:
        first = not answered and row.public and row.created_at == derived.first_response_at
        answered = answered or first
        added = CommentAdded(ticket_id=placed.id, comment_id=row.id, public=row.public, first_response=first)
        later.append(event_row(added, row.author_id, row.created_at))
        if row.edited_at is not None:
            edited = CommentEdited(ticket_id=placed.id, comment_id=row.id, public=row.public)
            later.append(event_row(edited, row.author_id, row.edited_at))
    for step in steps_of(placed.ticket.changes):
        actor_id = known.members[step.actor].id if step.actor else None
        later += [event_row(event, actor_id, step.at) for event in events_of(step, placed.id, known.resolve)]
    if feedback is not None:
        received = FeedbackReceived(ticket_id=placed.id, rating=feedback.rating, comment=feedback.comment)
        later.append(event_row(received, feedback.user_id, feedback.created_at))
    yield from sorted(later, key=lambda row: row.at)


def _created(placed: Placed, known: Known) -> TicketCreated:
    initial = initial_state(placed.ticket)
    return TicketCreated(
        ticket_id=placed.id,
        number=placed.number,
        subject=initial.subject,
        status=initial.status,
        priority=initial.priority,
        channel=placed.ticket.channel or "import",
        requester_id=known.members[placed.ticket.requester.email].id,
        assignee_id=known.resolve("assignee", initial.assignee) if initial.assignee else None,
        group_id=known.resolve("group", initial.group) if initial.group else None,
    )


def _attachments(
    placed: Placed, known: Known, derived: Derived, comments: list[CommentRow]
) -> Iterator[PlacedAttachment]:
    filer = known.members[(placed.ticket.created_by or placed.ticket.requester).email].id
    for position, attachment in enumerate(placed.ticket.attachments):
        yield PlacedAttachment(attachment, placed.id, None, position, filer, derived.created_at)
    for comment, row in zip(placed.ticket.comments, comments, strict=True):
        for position, attachment in enumerate(comment.attachments):
            yield PlacedAttachment(attachment, placed.id, row.id, position, row.author_id, row.created_at)

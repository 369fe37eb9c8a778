"""Rows that an import writes."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.permissions import STAFF_ROLES

_STAFF: Final = frozenset(role.value for role in STAFF_ROLES)


class Member(Struct, frozen=True):
    """A member's id and role, for references from tickets."""

    id: UUID
    role: str

    @property
    def is_staff(self) -> bool:
        """Any role but customer."""
        return self.role in _STAFF


class PersonRow(Struct, frozen=True, kw_only=True):
    """A member of the organization."""

    id: UUID
    email: str
    name: str
    role: str
    phone: str | None = None
    company: str | None = None
    title: str | None = None
    department: str | None = None
    time_zone: str | None = None
    custom_fields: str = "[]"
    created_at: datetime
    ended_at: datetime | None = None


class NamedRow(Struct, frozen=True):
    """A group, category or tag; `text` is its description or, for a tag, its colour; `color` is a category's."""

    id: UUID
    name: str
    text: str | None
    color: str | None = None


class BrandRow(Struct, frozen=True):
    """A brand."""

    id: UUID
    name: str
    color: str | None = None
    address: str | None = None
    logo: str | None = None


class TicketRow(Struct, frozen=True, kw_only=True, gc=False):
    """A ticket; `tag_ids` is a PostgreSQL array in text form, `custom_fields` JSON."""

    id: UUID
    number: int
    subject: str
    description: str
    status: str
    priority: str
    type: str
    channel: str
    requester_id: UUID
    assignee_id: UUID | None
    group_id: UUID | None
    category_id: UUID | None
    brand_id: UUID | None
    tag_ids: str
    custom_fields: str
    external_id: str | None
    version: int
    reopen_count: int
    created_at: datetime
    updated_at: datetime
    first_response_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    deleted_at: datetime | None
    waiting_since: datetime | None
    status_id: UUID | None


class CommentRow(Struct, frozen=True, kw_only=True, gc=False):
    """A comment."""

    id: UUID
    ticket_id: UUID
    author_id: UUID
    body: str
    public: bool
    channel: str
    external_id: str | None
    created_at: datetime
    edited_at: datetime | None


class EventRow(Struct, frozen=True, gc=False):
    """A journal event of a ticket's history."""

    type: str
    subject_type: str
    subject_id: UUID
    ticket_id: UUID | None
    actor_id: UUID | None
    internal: bool
    at: datetime
    payload: str


class FileRow(Struct, frozen=True, kw_only=True):
    """A stored file."""

    id: UUID
    filename: str
    mime_type: str
    size: int
    sha256: bytes
    storage_key: str
    uploaded_by: UUID
    created_at: datetime


class AttachmentRow(Struct, frozen=True, kw_only=True):
    """An attachment of a ticket (`comment_id` is None) or of one of its comments."""

    id: UUID
    ticket_id: UUID
    comment_id: UUID | None
    file_id: UUID | None
    filename: str
    url: str | None
    mime_type: str
    size: int
    position: int


class FeedbackRow(Struct, frozen=True):
    """The requester's rating."""

    ticket_id: UUID
    user_id: UUID
    rating: int
    comment: str | None
    created_at: datetime

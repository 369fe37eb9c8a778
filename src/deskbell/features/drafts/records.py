"""Rows of drafts and held comments."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.comment_records import NewAttachment
from deskbell.features.tickets.records import Person

DraftKind = Literal["reply", "note"]
MAX_HOLD: Final = 30
"""The longest time, in seconds, for which a reply is held back to be undone."""
MAX_DRAFT: Final = 262_144
"""The longest draft, in characters: more than a comment may have, so that too long words are kept while they are cut."""


class DraftFile(Struct, frozen=True):
    """An upload that waits in a draft."""

    id: UUID
    filename: str
    mime_type: str
    size: int


class Draft(Struct, frozen=True, kw_only=True):
    """Words that a user is writing on a ticket. `document` is the editor's form of them; `version` grows with each save."""

    id: UUID
    ticket_id: UUID
    ticket_number: int
    ticket_subject: str
    author_id: UUID
    kind: DraftKind
    body: str
    document: dict[str, Any] | None
    file_ids: list[UUID]
    version: int
    updated_at: datetime
    files: list[DraftFile] = []


class DraftWords(Struct, frozen=True, kw_only=True):
    """The words of a draft."""

    body: str
    document: dict[str, Any] | None = None
    file_ids: list[UUID] = []


class OutboxNotice(Struct, frozen=True):
    """A held reply or note that began to wait, was undone, or could not be sent."""

    organization_id: UUID
    ticket_id: UUID
    comment_id: UUID
    public: bool
    state: Literal["held", "undone", "failed"]


class HeldComment(Struct, frozen=True, kw_only=True):
    """A reply or note that is sent at `send_at` unless its author undoes it. `failed` is the error that kept it back."""

    id: UUID
    ticket_id: UUID
    author: Person
    body: str
    public: bool
    attachments: list[NewAttachment]
    file_ids: list[UUID]
    update: dict[str, Any] | None
    mentions: list[UUID]
    document: dict[str, Any] | None
    created_at: datetime
    send_at: datetime
    mail: dict[str, Any] | None = None
    failed: str | None = None

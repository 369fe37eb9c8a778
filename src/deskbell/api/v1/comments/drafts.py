"""v1: drafts as their authors see them, listed or with an opened ticket."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from deskbell.features.drafts.records import Draft, DraftKind


class DraftFileView(Struct, frozen=True):
    """An upload in a draft."""

    id: UUID
    filename: str
    url: str
    mime_type: str
    size: int


class DraftTicket(Struct, frozen=True):
    """The ticket of a draft."""

    id: UUID
    number: int
    subject: str


class DraftView(Struct, frozen=True, kw_only=True):
    """Your draft on a ticket. Send `version` with the next save, so that no other device's words are overwritten."""

    id: UUID
    ticket: DraftTicket
    kind: DraftKind
    body: str
    document: dict[str, Any] | None
    files: list[DraftFileView]
    version: int
    updated_at: datetime

    @classmethod
    def of(cls, draft: Draft) -> "DraftView":
        return cls(
            id=draft.id, ticket=DraftTicket(draft.ticket_id, draft.ticket_number, draft.ticket_subject), kind=draft.kind,
            body=draft.body, document=draft.document, version=draft.version, updated_at=draft.updated_at,
            files=[
                DraftFileView(f.id, f.filename, f"/api/v1/uploads/{f.id}", f.mime_type, f.size) for f in draft.files
            ],
        )  # fmt: skip

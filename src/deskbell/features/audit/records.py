"""Filters and entries of the audit log."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

__all__ = ["AuditEntry", "AuditFilter"]


class AuditFilter(Struct, frozen=True, kw_only=True):
    """Which entries. `actions` are event types; `after` is included, `before` is not."""

    user_id: UUID | None = None
    actions: tuple[str, ...] = ()
    subject_type: str | None = None
    subject_id: UUID | None = None
    after: datetime | None = None
    before: datetime | None = None


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One recorded step. Without a user it was Deskbell itself; `payload` is the event as it was recorded, JSON."""

    id: int
    at: datetime
    user_id: UUID | None
    user_name: str | None
    user_email: str | None
    action: str
    subject_type: str
    subject_id: UUID
    ticket_id: UUID | None
    correlation_id: str | None
    operation_id: UUID | None
    rule_id: UUID | None
    payload: msgspec.Raw

"""v1: shapes of the audit log."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.audit.records import AuditEntry


class AuditUser(Struct, frozen=True):
    """The user who made the change."""

    id: UUID
    name: str | None
    email: str | None


class AuditView(Struct, frozen=True, kw_only=True):
    """A recorded event. `user` is null if Deskbell itself acted; `data` holds the event's fields.

    `request_id` is the request that caused it, directly or through a job. Events of one command on several objects, such
    as a bulk change or an import, have the same `operation_id`. `rule_id` is the rule whose action it is.
    """

    id: str
    action: str
    user: AuditUser | None
    subject_type: str
    subject_id: UUID
    ticket_id: UUID | None
    request_id: str | None
    operation_id: UUID | None
    rule_id: UUID | None
    data: dict[str, object]
    created_at: datetime

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditView":
        user = None if entry.user_id is None else AuditUser(entry.user_id, entry.user_name, entry.user_email)
        return cls(
            id=str(entry.id), action=entry.action, user=user, subject_type=entry.subject_type,
            subject_id=entry.subject_id, ticket_id=entry.ticket_id, request_id=entry.correlation_id,
            operation_id=entry.operation_id, rule_id=entry.rule_id,
            data=msgspec.json.decode(entry.payload, type=dict[str, object]), created_at=entry.at,
        )  # fmt: skip

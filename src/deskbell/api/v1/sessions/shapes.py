"""v1: shapes of sessions."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.features.access.records import Session, SessionKind


class SessionView(Struct, frozen=True):
    """A session on one device. `current` marks the session of this request, `web` sessions are those of the web app."""

    id: UUID
    kind: SessionKind
    user_agent: str | None
    ip: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool

    @classmethod
    def of(cls, session: Session, current: UUID | None) -> "SessionView":
        return cls(
            session.id, session.kind, session.user_agent, session.ip, session.created_at, session.last_used_at,
            session.expires_at, session.id == current,
        )  # fmt: skip

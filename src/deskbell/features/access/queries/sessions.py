"""Sessions."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.access.records import Session
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_SESSIONS: Final = Table("sessions", Session, "s")
_LAST_USED: Final = Order[Session](
    "s.last_used_at",
    "s.id",
    shape=tuple[datetime, UUID],
    key=lambda each: (each.last_used_at, each.id),
    descending=True,
)


async def add_session(db: Db, organization_id: UUID, session: Session) -> None:
    """Adds a session."""
    await db.execute(_SESSIONS.insert(session, organization_id=organization_id))


async def find_session(db: Db, session_id: UUID) -> Session | None:
    """A session of the entered organization, locked: of two concurrent refreshes, one must fail."""
    member = sql(
        "exists (select from memberships m where m.organization_id = s.organization_id and m.user_id = s.user_id "
        "and m.ended_at is null)"
    )
    return await _SESSIONS.find(db, sql("s.id = {} and {} for update of s", session_id, member))


async def advance_refresh(db: Db, session_id: UUID, now: datetime, expires_at: datetime) -> None:
    """Makes the next refresh token the only valid one."""
    await db.execute(
        sql(
            "update sessions set refresh_generation = refresh_generation + 1, last_used_at = {}, expires_at = {} "
            "where id = {}",
            now,
            expires_at,
            session_id,
        )
    )


async def confirm_session(db: Db, session_id: UUID, now: datetime) -> None:
    """Notes that the session's user has just given the password."""
    await db.execute(sql("update sessions set confirmed_at = {} where id = {}", now, session_id))


async def open_sessions(db: Db, user_id: UUID, now: datetime, request: PageRequest) -> Page[Session]:
    """A page of a user's open sessions, last used first."""
    wanted = sql("s.user_id = {} and s.ended_at is null and s.expires_at > {}", user_id, now)
    return await page(db, _SESSIONS, _LAST_USED, request, where=wanted)


async def end_session(db: Db, user_id: UUID, session_id: UUID, now: datetime) -> bool:
    """Ends one session; False when the user has no such open session."""
    return bool(
        await db.execute(
            sql(
                "update sessions set ended_at = {} where id = {} and user_id = {} and ended_at is null",
                now,
                session_id,
                user_id,
            )
        )
    )


async def end_all_sessions(db: Db, user_id: UUID, now: datetime, keep: UUID | None) -> list[UUID]:
    """Ends a user's sessions except `keep`; returns the ids of those that ended."""
    rows = await db.fetch_all(
        sql(
            "update sessions set ended_at = {} where user_id = {} and ended_at is null and id is distinct from {}::uuid "
            "returning id",
            now,
            user_id,
            keep,
        )
    )
    return [row["id"] for row in rows]

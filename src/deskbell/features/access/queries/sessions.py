"""Sessions."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.access.records import Session
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, all_of, sql

_SESSION = sql(
    "s.id, s.user_id, s.refresh_generation, s.user_agent, s.ip, s.created_at, s.last_used_at, s.expires_at, s.ended_at"
)


_LAST_USED: Final = Order("s.last_used_at", "s.id", shape=tuple[datetime, UUID])


async def add_session(db: Db, organization_id: UUID, session: Session) -> None:
    """A new sign-in."""
    await db.execute(
        sql(
            "insert into sessions (organization_id, id, user_id, refresh_generation, user_agent, ip, created_at, "
            "last_used_at, expires_at) values ({}, {}, {}, {}, {}, {}, {}, {}, {})",
            organization_id, session.id, session.user_id, session.refresh_generation, session.user_agent, session.ip,
            session.created_at, session.last_used_at, session.expires_at,
        )
    )  # fmt: skip


async def find_session(db: Db, session_id: UUID) -> Session | None:
    """A session of the entered organization, locked: refreshing it twice at once must not succeed twice."""
    row = await db.fetch_one(
        sql(
            "select {} from sessions s join memberships m using (organization_id, user_id) "
            "where s.id = {} and m.ended_at is null for update of s",
            _SESSION,
            session_id,
        )
    )
    return None if row is None else Session(*row)


async def advance_refresh(db: Db, session_id: UUID, now: datetime, expires_at: datetime) -> None:
    """The next refresh token becomes the only one that holds."""
    await db.execute(
        sql(
            "update sessions set refresh_generation = refresh_generation + 1, last_used_at = {}, expires_at = {} "
            "where id = {}",
            now,
            expires_at,
            session_id,
        )
    )


async def open_sessions(db: Db, user_id: UUID, now: datetime, page: PageRequest) -> Page[Session]:
    """A part of a person's sessions that still hold, newest use first."""
    down = page.descends(True)
    wanted = sql("s.user_id = {} and s.ended_at is null and s.expires_at > {}", user_id, now)
    rows = await db.fetch_all(
        sql(
            "select {} from sessions s where {} order by {} limit {} offset {}",
            _SESSION, all_of([wanted, _LAST_USED.after(page.cursor, descending=down)]), _LAST_USED.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(*) from sessions s where {}", wanted)))
    return page_from(rows, total, page, lambda row: Session(*row), lambda each: (each.last_used_at, each.id))


async def end_session(db: Db, user_id: UUID, session_id: UUID, now: datetime) -> bool:
    """Ends one session; False when the person has no such open session."""
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
    """Ends a person's sessions, but for the one to keep; returns those that ended."""
    rows = await db.fetch_all(
        sql(
            "update sessions set ended_at = {} where user_id = {} and ended_at is null and id is distinct from {}::uuid "
            "returning id",
            now,
            user_id,
            keep,
        )
    )
    return [row[0] for row in rows]

"""Sessions and API keys."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.access.records import ApiKey, Session
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, all_of, sql

__all__ = [
    "add_api_key",
    "add_session",
    "advance_refresh",
    "api_keys",
    "end_all_sessions",
    "end_session",
    "find_api_key",
    "find_session",
    "open_sessions",
    "revoke_api_key",
    "touch_api_key",
]

_SESSION = sql(
    "s.id, s.user_id, s.refresh_generation, s.user_agent, s.ip, s.created_at, s.last_used_at, s.expires_at, s.ended_at"
)
_KEY = sql("k.id, k.name, k.hint, k.scopes, k.user_id, k.created_at, k.expires_at, k.last_used_at, k.revoked_at")
_LAST_USED: Final = Order("s.last_used_at", "s.id", shape=tuple[datetime, UUID])
_NEWEST_KEY: Final = Order("k.created_at", "k.id", shape=tuple[datetime, UUID])


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


async def add_api_key(db: Db, organization_id: UUID, key: ApiKey, secret_hash: bytes) -> None:
    """A new key, of which only a hash is kept."""
    await db.execute(
        sql(
            "insert into api_keys (organization_id, id, name, secret_hash, hint, scopes, user_id, created_at, expires_at) "
            "values ({}, {}, {}, {}, {}, {}, {}, {}, {})",
            organization_id, key.id, key.name, secret_hash, key.hint, key.scopes, key.user_id, key.created_at,
            key.expires_at,
        )
    )  # fmt: skip


async def api_keys(db: Db, page: PageRequest) -> Page[ApiKey]:
    """A part of the organization's keys that were not revoked, newest first."""
    down = page.descends(True)
    wanted = sql("k.revoked_at is null")
    rows = await db.fetch_all(
        sql(
            "select {} from api_keys k where {} order by {} limit {} offset {}",
            _KEY, all_of([wanted, _NEWEST_KEY.after(page.cursor, descending=down)]), _NEWEST_KEY.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(*) from api_keys k where {}", wanted)))
    return page_from(rows, total, page, lambda row: ApiKey(*row), lambda each: (each.created_at, each.id))


async def find_api_key(db: Db, key_id: UUID) -> tuple[ApiKey, bytes, str, bool, bool] | None:
    """A key with its secret's hash and its owner's role, confirmed address and server-wide rights."""
    row = await db.fetch_one(
        sql(
            "select {}, k.secret_hash, m.role, u.email_verified_at is not null, u.platform_admin from api_keys k "
            "join memberships m using (organization_id, user_id) join users u on u.id = k.user_id "
            "where k.id = {} and m.ended_at is null",
            _KEY,
            key_id,
        )
    )
    return None if row is None else (ApiKey(*row[:9]), row[9], row[10], row[11], row[12])


async def touch_api_key(db: Db, key_id: UUID, now: datetime) -> None:
    """Notes the use of a key, to the minute: a busy key must not become a hot row."""
    await db.execute(
        sql(
            "update api_keys set last_used_at = {} where id = {} "
            "and (last_used_at is null or last_used_at < {}::timestamptz - interval '1 minute')",
            now,
            key_id,
            now,
        )
    )


async def revoke_api_key(db: Db, key_id: UUID, now: datetime) -> ApiKey | None:
    """Makes a key invalid at once; None when there is no such key in force."""
    row = await db.fetch_one(
        sql(
            "update api_keys k set revoked_at = {} where k.id = {} and k.revoked_at is null returning {}",
            now,
            key_id,
            _KEY,
        )
    )
    return None if row is None else ApiKey(*row)

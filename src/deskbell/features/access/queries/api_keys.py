"""API keys."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.access.records import ApiKey
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, all_of, sql

_KEY = sql("k.id, k.name, k.hint, k.scopes, k.user_id, k.created_at, k.expires_at, k.last_used_at, k.revoked_at")


_NEWEST_KEY: Final = Order("k.created_at", "k.id", shape=tuple[datetime, UUID])


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


async def revoke_api_keys_of(db: Db, user_id: UUID, now: datetime) -> list[ApiKey]:
    """Makes a person's keys invalid at once; returns those that were in force."""
    rows = await db.fetch_all(
        sql(
            "update api_keys k set revoked_at = {} where k.user_id = {} and k.revoked_at is null returning {}",
            now,
            user_id,
            _KEY,
        )
    )
    return [ApiKey(*row) for row in rows]

"""API keys."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.access.records import ApiKey
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_KEYS: Final = Table("api_keys", ApiKey, "k")
_NEWEST_KEY: Final = Order[ApiKey](
    "k.created_at", "k.id", shape=tuple[datetime, UUID], key=lambda each: (each.created_at, each.id), descending=True
)


async def add_api_key(db: Db, organization_id: UUID, key: ApiKey, secret_hash: bytes) -> None:
    """Adds a key with the hash of its secret."""
    await db.execute(_KEYS.insert(key, organization_id=organization_id, secret_hash=secret_hash))


async def api_keys(db: Db, request: PageRequest) -> Page[ApiKey]:
    """A page of the organization's keys that were not revoked, newest first."""
    return await page(db, _KEYS, _NEWEST_KEY, request, where=sql("k.revoked_at is null"))


async def revoke_api_key(db: Db, key_id: UUID, now: datetime) -> ApiKey | None:
    """Revokes a key; None when there is no such valid key."""
    row = await db.fetch_one(
        sql(
            "update api_keys k set revoked_at = {} where k.id = {} and k.revoked_at is null returning {}",
            now,
            key_id,
            _KEYS.columns,
        )
    )
    return _KEYS.read_one(row)


async def revoke_api_keys_of(db: Db, user_id: UUID, now: datetime) -> list[ApiKey]:
    """Revokes a user's keys; returns those that were valid."""
    rows = await db.fetch_all(
        sql(
            "update api_keys k set revoked_at = {} where k.user_id = {} and k.revoked_at is null returning {}",
            now,
            user_id,
            _KEYS.columns,
        )
    )
    return _KEYS.read(rows)

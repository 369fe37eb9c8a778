"""API keys."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.access.records import ApiKey
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Role
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table


class KeyInUse(ApiKey, frozen=True):
    """An API key with its secret's hash and its owner's permissions."""

    secret_hash: bytes
    role: Role
    owner_verified: bool
    platform_admin: bool


_KEYS: Final = Table("api_keys", ApiKey, "k")
_KEYS_IN_USE: Final = Table(
    "api_keys",
    KeyInUse,
    "k",
    columns={
        "role": "m.role",
        "owner_verified": "u.email_verified_at is not null",
        "platform_admin": "u.platform_admin",
    },
    joins="join memberships m on m.organization_id = k.organization_id and m.user_id = k.user_id "
    "join users u on u.id = k.user_id",
)
_NEWEST_KEY: Final = Order[ApiKey](
    "k.created_at", "k.id", shape=tuple[datetime, UUID], key=lambda each: (each.created_at, each.id), descending=True
)


async def add_api_key(db: Db, organization_id: UUID, key: ApiKey, secret_hash: bytes) -> None:
    """Adds a key with the hash of its secret."""
    await db.execute(_KEYS.insert(key, organization_id=organization_id, secret_hash=secret_hash))


async def api_keys(db: Db, request: PageRequest) -> Page[ApiKey]:
    """A page of the organization's keys that were not revoked, newest first."""
    return await page(db, _KEYS, _NEWEST_KEY, request, where=sql("k.revoked_at is null"))


async def find_api_key(db: Db, key_id: UUID) -> KeyInUse | None:
    """A key of a member of the entered organization, with the member's permissions."""
    return await _KEYS_IN_USE.find(db, sql("k.id = {} and m.ended_at is null", key_id))


async def touch_api_key(db: Db, key_id: UUID, now: datetime) -> None:
    """Records the use of a key, at most once a minute: a busy key must not become a hot row."""
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

"""Keys that sign outgoing mail, and the secrets that they are sealed in."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table


class PublicKey(Struct, frozen=True, kw_only=True):
    """A key as the domain's record shows it."""

    selector: str
    public_key: str


class DkimKey(PublicKey, frozen=True, kw_only=True):
    """The key that signs the mail of a domain. It signs from the moment at which its record was found (`confirmed_at`)."""

    domain: str
    secret_id: UUID
    confirmed_at: datetime | None = None
    checked_at: datetime | None = None
    created_at: datetime


_KEYS: Final = Table("dkim_keys", DkimKey, "k", key="domain")


async def find(db: Db, domain: str) -> DkimKey | None:
    """The key of a domain."""
    return await _KEYS.find(db, sql("k.domain = {}", domain))


async def lock(db: Db, domain: str) -> DkimKey | None:
    """The key of a domain, locked until the unit ends."""
    return await _KEYS.find(db, sql("k.domain = {} for update", domain))


async def add(db: Db, organization_id: UUID, new: DkimKey) -> None:
    """Adds a domain's key."""
    await db.execute(_KEYS.insert(new, organization_id=organization_id))


async def mark(db: Db, domain: str, confirmed_at: datetime | None, now: datetime) -> None:
    """Notes whether the key's record was found."""
    await db.execute(
        sql("update dkim_keys set confirmed_at = {}, checked_at = {} where domain = {}", confirmed_at, now, domain)
    )


async def remove(db: Db, domain: str) -> bool:
    """Deletes a domain's key with its secret; False if there is none."""
    return bool(
        await db.execute(
            sql(
                "delete from sealed_secrets where id in (select k.secret_id from dkim_keys k where k.domain = {})",
                domain,
            )
        )
    )


async def add_secret(
    db: Db, organization_id: UUID, secret_id: UUID, purpose: str, sealed: bytes, now: datetime
) -> None:
    """Stores a sealed secret, or replaces it."""
    await db.execute(
        sql(
            "insert into sealed_secrets (organization_id, id, purpose, sealed, updated_at) values ({}, {}, {}, {}, {}) "
            "on conflict (organization_id, id) do update set sealed = excluded.sealed, updated_at = excluded.updated_at",
            organization_id, secret_id, purpose, sealed, now,
        )
    )  # fmt: skip


async def sealed(db: Db, secret_id: UUID) -> bytes | None:
    """A sealed secret."""
    value = await db.fetch_value(sql("select sealed from sealed_secrets where id = {}", secret_id))
    return None if value is None else bytes(value)


async def lock_secret(db: Db, secret_id: UUID) -> tuple[str, bytes] | None:
    """The purpose and the sealed form of a secret, locked until the unit ends."""
    row = await db.fetch_one(sql("select purpose, sealed from sealed_secrets where id = {} for update", secret_id))
    return None if row is None else (row["purpose"], bytes(row["sealed"]))


async def sealed_with_others(db: Db, key_id: bytes, after: UUID | None, limit: int) -> list[tuple[UUID, UUID]]:
    """Organization and id of secrets, of all organizations, that another key than this one sealed."""
    rows = await db.fetch_all(
        sql("select organization_id, id from deskbell_sealed_with_others({}, {}, {})", key_id, after, limit)
    )
    return [(UUID(bytes=row["organization_id"].bytes), UUID(bytes=row["id"].bytes)) for row in rows]

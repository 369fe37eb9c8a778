"""One-time links in mails. They belong to a user, not to an organization."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.access.records import Link, LinkPurpose
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_LINKS: Final = Table("account_tokens", Link, "t")


async def add_link(db: Db, link: Link) -> None:
    """Adds a link without a secret. It cannot be used until it has one."""
    await db.execute(_LINKS.insert(link))


async def mint(db: Db, link_id: UUID, secret_hash: bytes, now: datetime) -> Link | None:
    """Gives a link its secret; None if it was used, replaced or has expired in the meantime."""
    row = await db.fetch_one(
        sql(
            "update account_tokens t set secret_hash = {} where t.id = {} and t.used_at is null and t.expires_at > {} "
            "returning {}",
            secret_hash,
            link_id,
            now,
            _LINKS.columns,
        )
    )
    return _LINKS.read_one(row)


async def take(db: Db, secret_hash: bytes, purposes: Sequence[LinkPurpose], now: datetime) -> Link | None:
    """Redeems a link for one of these purposes; None when it is not valid. Of two concurrent uses, one succeeds."""
    row = await db.fetch_one(
        sql(
            "update account_tokens t set used_at = {} where t.secret_hash = {} and t.purpose = any ({}::text[]) "
            "and t.used_at is null and t.expires_at > {} returning {}",
            now,
            secret_hash,
            list(purposes),
            now,
            _LINKS.columns,
        )
    )
    return _LINKS.read_one(row)


async def invalidate_links(db: Db, user_id: UUID, purposes: list[LinkPurpose], now: datetime) -> None:
    """Invalidates a user's open links of these purposes and clears the passwords stored with them."""
    await db.execute(
        sql(
            "update account_tokens set used_at = coalesce(used_at, {}), password_hash = null "
            "where user_id = {} and purpose = any ({}::text[])",
            now,
            user_id,
            purposes,
        )
    )


async def pending_email(db: Db, user_id: UUID, now: datetime) -> str | None:
    """The address that a user requested and has not confirmed yet."""
    email: str | None = await db.fetch_value(
        sql(
            "select t.email from account_tokens t where t.user_id = {} and t.purpose = 'change_email' "
            "and t.used_at is null and t.expires_at > {} order by t.created_at desc limit 1",
            user_id,
            now,
        )
    )
    return email


async def count_links(db: Db, user_id: UUID, purpose: LinkPurpose, since: datetime) -> int:
    """The number of links of a purpose created for a user since a time."""
    count: int = await db.fetch_value(
        sql(
            "select count(*) from account_tokens where user_id = {} and purpose = {} and created_at > {}",
            user_id,
            purpose,
            since,
        )
    )
    return count


async def delete_expired_links(db: Db, before: datetime) -> None:
    """Deletes links that expired before a time."""
    await db.execute(sql("delete from account_tokens where expires_at < {}", before))

"""Domains that mail goes out from, with the DNS records that were right at the last look."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql


class DueDomain(Struct, frozen=True, kw_only=True):
    """A domain whose records are due for a look, with its signing key, if it has one."""

    organization_id: UUID
    domain: str
    right_records: list[str]
    selector: str | None
    public_key: str | None
    is_confirmed: bool


async def to_check(db: Db, new_key_before: datetime, checked_before: datetime, limit: int) -> list[DueDomain]:
    """Domains of all organizations that were not looked at since a moment; those with a new key have a moment of their own."""
    rows = await db.fetch_all(
        sql("select * from deskbell_mail_domains_to_check({}, {}, {})", new_key_before, checked_before, limit)
    )
    return read(DueDomain, rows)


async def mark_unchanged(db: Db, found: Sequence[DueDomain], now: datetime) -> None:
    """Notes a look at domains, of all organizations, that found what the last one did."""
    ids, names = [each.organization_id for each in found], [each.domain for each in found]
    await db.execute(sql("select deskbell_mail_domains_checked({}, {}, {})", ids, names, now))


async def lock_right(db: Db, domain: str) -> set[str]:
    """The kinds of a domain's records that were right at the last look, locked until the unit ends."""
    found = await db.fetch_value(sql("select right_records from mail_domains where domain = {} for update", domain))
    return set(found or ())


async def save(db: Db, organization_id: UUID, domain: str, right: Collection[str], now: datetime) -> None:
    """Notes which records of a domain a look found right."""
    await db.execute(
        sql(
            "insert into mail_domains (organization_id, domain, right_records, checked_at) values ({}, {}, {}, {}) "
            "on conflict (organization_id, domain) do update "
            "set right_records = excluded.right_records, checked_at = excluded.checked_at",
            organization_id, domain, sorted(right), now,
        )
    )  # fmt: skip

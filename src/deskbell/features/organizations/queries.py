"""SQL of organizations. Their table has no row security: what a caller may see is decided in the service."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from deskbell.features.organizations.records import Organization
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, all_of, sql

__all__ = ["add", "domain_taken", "end", "end_access", "find", "list_page", "lock", "write"]

_COLUMNS: Final = sql("o.id, o.name, o.domain, o.settings, o.created_at, o.updated_at")
_ORDER: Final = Order("o.name_key", "o.id", shape=tuple[str, UUID], by_name=True)


def _organization(row: Any) -> Organization:
    return Organization(row[0], row[1], row[2], msgspec.json.decode(row[3]), row[4], row[5])


async def list_page(db: Db, page: PageRequest) -> Page[Organization]:
    """Every organization of the server by name."""
    alive = sql("o.deleted_at is null")
    down = page.descends(False)
    rows = await db.fetch_all(
        sql(
            "select {} from organizations o where {} order by {} limit {} offset {}",
            _COLUMNS, all_of([alive, _ORDER.after(page.cursor, descending=down)]), _ORDER.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = await db.fetch_value(sql("select count(*) from organizations o where {}", alive))
    return page_from(rows, int(total), page, _organization, lambda each: (each.name, each.id))


async def find(db: Db, organization_id: UUID) -> Organization | None:
    """An organization that was not deleted."""
    row = await db.fetch_one(
        sql("select {} from organizations o where o.id = {} and o.deleted_at is null", _COLUMNS, organization_id)
    )
    return None if row is None else _organization(row)


async def lock(db: Db, organization_id: UUID) -> Organization | None:
    """The same, locked until the unit ends. Rows that refer to it may still be added meanwhile."""
    row = await db.fetch_one(
        sql(
            "select {} from organizations o where o.id = {} and o.deleted_at is null for no key update",
            _COLUMNS,
            organization_id,
        )
    )
    return None if row is None else _organization(row)


async def domain_taken(db: Db, domain: str, but: UUID) -> bool:
    """Whether another organization has this domain."""
    return bool(
        await db.fetch_value(
            sql("select exists (select from organizations where domain = {} and id <> {})", domain, but)
        )
    )


async def add(db: Db, organization: Organization) -> None:
    """Adds an organization."""
    await db.execute(
        sql(
            "insert into organizations (id, name, domain, settings, created_at, updated_at) values ({}, {}, {}, {}, {}, {})",
            organization.id, organization.name, organization.domain, msgspec.json.encode(organization.stored).decode(),
            organization.created_at, organization.updated_at,
        )
    )  # fmt: skip


async def write(db: Db, organization: Organization) -> None:
    """Writes an organization's fields as they are in the record."""
    await db.execute(
        sql(
            "update organizations set name = {}, domain = {}, settings = {}, updated_at = {} where id = {}",
            organization.name, organization.domain, msgspec.json.encode(organization.stored).decode(),
            organization.updated_at, organization.id,
        )
    )  # fmt: skip


async def end(db: Db, organization_id: UUID, now: datetime) -> None:
    """Marks an organization as deleted and frees its domain."""
    await db.execute(
        sql(
            "update organizations set deleted_at = {}, updated_at = {}, domain = null where id = {}",
            now,
            now,
            organization_id,
        )
    )


async def end_access(db: Db, now: datetime) -> None:
    """Ends every session and key of the entered organization."""
    await db.execute(sql("update sessions set ended_at = {} where ended_at is null", now))
    await db.execute(sql("update api_keys set revoked_at = {} where revoked_at is null", now))

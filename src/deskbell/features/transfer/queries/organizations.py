"""Organizations as import and export name them."""

from datetime import datetime
from uuid import UUID

from deskbell.features.transfer.records import OrganizationRow
from deskbell.runtime.sql import Db, sql

_ORGANIZATION = sql("o.id, o.name, o.domain, o.settings->>'timezone'")


async def by_domain(db: Db, domain: str) -> OrganizationRow | None:
    """An organization that has not been deleted."""
    row = await db.fetch_one(
        sql("select {} from organizations o where o.domain = {} and o.deleted_at is null", _ORGANIZATION, domain)
    )
    return None if row is None else OrganizationRow(row[0], row[1], row[2], row[3])


async def by_id(db: Db, organization_id: UUID) -> OrganizationRow | None:
    """An organization that has not been deleted."""
    row = await db.fetch_one(
        sql("select {} from organizations o where o.id = {} and o.deleted_at is null", _ORGANIZATION, organization_id)
    )
    return None if row is None else OrganizationRow(row[0], row[1], row[2], row[3])


async def add(db: Db, organization: OrganizationRow, now: datetime) -> bool:
    """Adds an organization; False when its domain or id is taken."""
    return bool(
        await db.execute(
            sql(
                "insert into organizations (id, name, domain, settings, created_at, updated_at) select {}, {}, {}, "
                "jsonb_strip_nulls(jsonb_build_object('timezone', {}::text)), {}::timestamptz, {}::timestamptz "
                "on conflict do nothing",
                organization.id, organization.name, organization.domain, organization.time_zone, now, now,
            )
        )
    )  # fmt: skip

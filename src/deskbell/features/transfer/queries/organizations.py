"""Organizations as import and export name them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.transfer.records import OrganizationRow
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_ORGANIZATIONS: Final = Table("organizations", OrganizationRow, "o", columns={"time_zone": "o.settings->>'timezone'"})


async def by_domain(db: Db, domain: str) -> OrganizationRow | None:
    """An organization that has not been deleted."""
    return await _ORGANIZATIONS.find(db, sql("o.domain = {} and o.deleted_at is null", domain))


async def by_id(db: Db, organization_id: UUID) -> OrganizationRow | None:
    """An organization that has not been deleted."""
    return await _ORGANIZATIONS.find(db, sql("o.id = {} and o.deleted_at is null", organization_id))


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

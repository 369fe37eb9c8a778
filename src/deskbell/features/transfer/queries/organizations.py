"""Organizations of imports and exports."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.organizations.calendar import require_time_zone
from deskbell.features.organizations.settings import SettingChanges, changed_settings
from deskbell.features.transfer.records import OrganizationRow
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_ORGANIZATIONS: Final = Table("organizations", OrganizationRow, "o", columns={"time_zone": "o.settings->>'time_zone'"})


async def by_domain(db: Db, domain: str) -> OrganizationRow | None:
    """An organization that is not deleted."""
    return await _ORGANIZATIONS.find(db, sql("o.domain = {} and o.deleted_at is null", domain))


async def by_id(db: Db, organization_id: UUID) -> OrganizationRow | None:
    """An organization that is not deleted."""
    return await _ORGANIZATIONS.find(db, sql("o.id = {} and o.deleted_at is null", organization_id))


async def all_of_server(db: Db) -> list[OrganizationRow]:
    """Every organization that is not deleted."""
    return await _ORGANIZATIONS.fetch(db, sql("o.deleted_at is null order by o.id"))


async def add(db: Db, organization: OrganizationRow, now: datetime) -> bool:
    """Adds an organization; False when its domain or id is taken. Raises `Invalid` for an unknown time zone."""
    settings = changed_settings({}, SettingChanges(time_zone=organization.time_zone), path="organization")
    await require_time_zone(db, organization.time_zone, path="organization")
    return bool(
        await db.execute(
            sql(
                "insert into organizations (id, name, domain, settings, created_at, updated_at) select {}, {}, {}, "
                "{}::jsonb, {}::timestamptz, {}::timestamptz "
                "on conflict do nothing",
                organization.id, organization.name, organization.domain, msgspec.json.encode(settings).decode(), now, now,
            )
        )
    )  # fmt: skip

"""SQL of service-level policies."""

from datetime import datetime
from uuid import UUID

from deskbell.features.sla.records import SlaPolicy
from deskbell.runtime.sql import Db, sql

__all__ = ["lock_policy", "stored_policies", "write_policy"]

_COLUMNS = sql("p.id, p.priority, p.first_response_seconds, p.resolution_seconds, p.updated_at")


def _policy(row: tuple[UUID, str, int | None, int | None, datetime]) -> SlaPolicy:
    return SlaPolicy(
        id=row[0], priority=row[1], first_response_seconds=row[2], resolution_seconds=row[3], updated_at=row[4]
    )


async def stored_policies(db: Db) -> dict[str, SlaPolicy]:
    """What the entered organization has decided, by priority."""
    rows = await db.fetch_all(sql("select {} from sla_policies p", _COLUMNS))
    return {row[1]: _policy(row) for row in rows}


async def lock_policy(db: Db, organization_id: UUID, default: SlaPolicy, now: datetime) -> SlaPolicy:
    """A priority's policy, stored as the default first where it is not, and locked until the unit of work ends."""
    await db.execute(
        sql(
            "insert into sla_policies (organization_id, id, priority, first_response_seconds, resolution_seconds, "
            "created_at, updated_at) values ({}, {}, {}, {}, {}, {}, {}) on conflict do nothing",
            organization_id, default.id, default.priority, default.first_response_seconds, default.resolution_seconds,
            now, now,
        )
    )  # fmt: skip
    row = await db.fetch_one(
        sql("select {} from sla_policies p where p.priority = {} for update", _COLUMNS, default.priority)
    )
    assert row is not None, "it was stored a moment ago"
    return _policy(row)


async def write_policy(db: Db, policy: SlaPolicy, now: datetime) -> None:
    """Writes a locked policy's targets."""
    await db.execute(
        sql(
            "update sla_policies set first_response_seconds = {}, resolution_seconds = {}, updated_at = {} where id = {}",
            policy.first_response_seconds,
            policy.resolution_seconds,
            now,
            policy.id,
        )
    )

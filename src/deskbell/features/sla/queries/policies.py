"""SQL of service-level policies."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.sla.records import SlaPolicy
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_POLICIES: Final = Table("sla_policies", SlaPolicy, "p")


async def stored_policies(db: Db) -> dict[str, SlaPolicy]:
    """The policies that the entered organization has set, by priority."""
    return {policy.priority: policy for policy in await _POLICIES.fetch(db, sql("true"))}


async def lock_policy(db: Db, organization_id: UUID, default: SlaPolicy, now: datetime) -> SlaPolicy:
    """A priority's policy, locked until the unit of work ends; stores the default if there is none."""
    fresh = msgspec.structs.replace(default, updated_at=now)
    insert = _POLICIES.insert(fresh, organization_id=organization_id, created_at=now)
    await db.execute(sql("{} on conflict do nothing", insert))
    policy = await _POLICIES.find(db, sql("p.priority = {} for update", default.priority))
    assert policy is not None, "the statement before stores it"
    return policy


async def write_policy(db: Db, policy: SlaPolicy, now: datetime) -> None:
    """Writes a locked policy's targets."""
    changed = msgspec.structs.replace(policy, updated_at=now)
    await db.execute(_POLICIES.update(changed, "first_response_seconds", "resolution_seconds", "updated_at"))

"""SQL of guests' links. The links themselves are not stored: a signature proves them."""

from datetime import datetime
from uuid import UUID

from deskbell.runtime.sql import Db, sql


async def revoked_at(db: Db, ticket_id: UUID) -> datetime | None:
    """The moment up to which a ticket's links were revoked."""
    value: datetime | None = await db.fetch_value(
        sql("select revoked_at from guest_revocations where ticket_id = {}", ticket_id)
    )
    return value


async def revoke(db: Db, organization_id: UUID, ticket_id: UUID, at: datetime) -> None:
    """Ends the links of a ticket that were made up to a moment."""
    await db.execute(
        sql(
            "insert into guest_revocations (organization_id, ticket_id, revoked_at) values ({}, {}, {}) "
            "on conflict (organization_id, ticket_id) do update set revoked_at = excluded.revoked_at",
            organization_id, ticket_id, at,
        )
    )  # fmt: skip

"""SQL of incoming webhooks."""

from datetime import datetime
from uuid import UUID

from deskbell.runtime.sql import Db, sql


async def find_secret(db: Db) -> str | None:
    """The secret of the entered organization, unless the organization was deleted."""
    value = await db.fetch_value(
        "select s.secret from incoming_secrets s join organizations o on o.id = s.organization_id "
        "where o.deleted_at is null"
    )
    return None if value is None else str(value)


async def insert_first_secret(db: Db, organization_id: UUID, secret: str, user_id: UUID | None, now: datetime) -> None:
    """Stores the first secret; keeps an existing one."""
    await db.execute(
        sql(
            "insert into incoming_secrets (organization_id, secret, created_by, created_at) values ({}, {}, {}, {}) "
            "on conflict (organization_id) do nothing",
            organization_id,
            secret,
            user_id,
            now,
        )
    )


async def replace_secret(db: Db, organization_id: UUID, secret: str, user_id: UUID | None, now: datetime) -> None:
    """Replaces the secret."""
    await db.execute(
        sql(
            "insert into incoming_secrets (organization_id, secret, created_by, created_at) values ({}, {}, {}, {}) "
            "on conflict (organization_id) do update set secret = excluded.secret, created_by = excluded.created_by, "
            "created_at = excluded.created_at",
            organization_id,
            secret,
            user_id,
            now,
        )
    )


async def lock_intake(db: Db, organization_id: UUID) -> None:
    """Serializes an organization's deliveries until commit, so that concurrent copies of a body count once."""
    await db.execute(sql("select pg_advisory_xact_lock(hashtextextended({}, 0))", f"incoming {organization_id}"))


async def find_delivery(db: Db, digest: bytes) -> UUID | None:
    """The ticket or comment of an earlier delivery of this body."""
    value = await db.fetch_value(sql("select subject_id from incoming_deliveries where digest = {}", digest))
    return None if value is None else UUID(bytes=value.bytes)


async def record_delivery(
    db: Db, organization_id: UUID, digest: bytes, event: str, subject_id: UUID, now: datetime
) -> None:
    """Records a received body by its digest."""
    await db.execute(
        sql(
            "insert into incoming_deliveries (organization_id, digest, event, subject_id, received_at) "
            "values ({}, {}, {}, {}, {})",
            organization_id,
            digest,
            event,
            subject_id,
            now,
        )
    )


async def delete_before(db: Db, moment: datetime, limit: int) -> int:
    """Deletes up to `limit` deliveries of all organizations received before `moment`, oldest first. Returns the count."""
    return int(await db.fetch_value(sql("select deskbell_forget_incoming({}, {})", moment, limit)))


async def ticket_by_external(db: Db, external_id: str) -> tuple[UUID, bool] | None:
    """The ticket with this external id, and whether it is deleted."""
    row = await db.fetch_one(
        sql("select id, deleted_at is not null as deleted from tickets where external_id = {}", external_id)
    )
    return None if row is None else (row["id"], row["deleted"])


async def comment_by_external(db: Db, external_id: str) -> UUID | None:
    """The comment with this external id."""
    value = await db.fetch_value(sql("select id from comments where external_id = {}", external_id))
    return None if value is None else UUID(bytes=value.bytes)

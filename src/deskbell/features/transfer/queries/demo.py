"""SQL of the demo in addition to an import: a lock, passwords, and the record of loaded parts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from deskbell.runtime.sql import Db, sql


async def lock(db: Db) -> None:
    """Waits for other processes that load the demo; held until this transaction ends."""
    await db.execute("select pg_advisory_xact_lock(hashtextextended('deskbell.demo', 0))")


async def creation_time(db: Db, organization_id: UUID) -> datetime | None:
    """The creation time of an organization; None if there is none with this id."""
    value: datetime | None = await db.fetch_value(
        sql("select created_at from organizations where id = {}", organization_id)
    )
    return value


async def loaded_parts(db: Db) -> dict[str, datetime]:
    """The loaded parts of the demo in the entered organization, with their times."""
    rows = await db.fetch_all("select part, loaded_at from demo_parts")
    return {row["part"]: row["loaded_at"] for row in rows}


async def mark_loaded(db: Db, organization_id: UUID, part: str, now: datetime) -> None:
    """Records that a part has been loaded."""
    await db.execute(
        sql(
            "insert into demo_parts (organization_id, part, loaded_at) values ({}, {}, {}) on conflict do nothing",
            organization_id,
            part,
            now,
        )
    )


async def set_demo_passwords(
    db: Db, emails: Sequence[str], password_hash: str, admin: str | None, now: datetime
) -> int:
    """Sets a password for members of the entered organization who have none; `admin` may also run the platform."""
    return await db.execute(
        sql(
            "update users u set password_hash = {}, email_verified_at = coalesce(u.email_verified_at, {}), "
            "platform_admin = u.platform_admin or coalesce(u.email = {}, false) "
            "from memberships m where m.organization_id = (select deskbell_organization()) and m.user_id = u.id "
            "and u.password_hash is null and u.email = any({})",
            password_hash,
            now,
            admin,
            list(emails),
        )
    )


async def member_ids(db: Db, emails: Sequence[str]) -> dict[str, UUID]:
    """The members with these addresses."""
    rows = await db.fetch_all(
        sql(
            "select email, user_id from memberships where organization_id = (select deskbell_organization()) "
            "and email = any({})",
            list(emails),
        )
    )
    return {row["email"]: row["user_id"] for row in rows}

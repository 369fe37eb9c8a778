"""SQL of the pictures of members."""

from datetime import datetime
from uuid import UUID

from deskbell.runtime.sql import Db, sql


async def replace(db: Db, organization_id: UUID, user_id: UUID, avatar_id: UUID, content: bytes, now: datetime) -> None:
    """Stores a member's picture under a new id, in the place of the one before."""
    await db.execute(
        sql(
            "insert into avatars (organization_id, id, user_id, content, created_at) values ({}, {}, {}, {}, {}) "
            "on conflict (organization_id, user_id) do update "
            "set id = excluded.id, content = excluded.content, created_at = excluded.created_at",
            organization_id, avatar_id, user_id, content, now,
        )
    )  # fmt: skip


async def remove(db: Db, user_id: UUID) -> None:
    """Removes a member's picture."""
    await db.execute(sql("delete from avatars where user_id = {}", user_id))


async def content(db: Db, avatar_id: UUID) -> bytes | None:
    """A picture of any organization by its id."""
    found: bytes | None = await db.fetch_value(sql("select deskbell_avatar({})", avatar_id))
    return found

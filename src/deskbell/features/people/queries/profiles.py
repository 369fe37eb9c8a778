"""What everybody may know of a person."""

from uuid import UUID

from msgspec import Struct

from deskbell.runtime.rows import read_one
from deskbell.runtime.sql import Db, sql


class PublicProfile(Struct, frozen=True):
    """A person to anybody who has their id."""

    id: UUID
    name: str
    avatar_url: str | None


async def public_profile(db: Db, user_id: UUID) -> PublicProfile | None:
    """A person who belongs to some organization; asked without having entered one."""
    row = await db.fetch_one(sql("select id, name, avatar_url from deskbell_public_profile({})", user_id))
    return read_one(PublicProfile, row)

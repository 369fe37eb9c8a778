"""SQL of public profiles."""

from uuid import UUID

from msgspec import Struct

from deskbell.runtime.rows import read_one
from deskbell.runtime.sql import Db, sql


class PublicProfile(Struct, frozen=True):
    """The public part of a user: readable by everyone who has the id."""

    id: UUID
    name: str
    avatar_url: str | None


async def public_profile(db: Db, user_id: UUID) -> PublicProfile | None:
    """A user who belongs to some organization; no organization has to be entered."""
    row = await db.fetch_one(sql("select id, name, avatar_url from deskbell_public_profile({})", user_id))
    return read_one(PublicProfile, row)

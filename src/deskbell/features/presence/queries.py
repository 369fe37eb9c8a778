"""Presence travels between workers by NOTIFY alone; it is in no table and no journal."""

from typing import Final

import msgspec

from deskbell.features.presence.records import Sighting
from deskbell.runtime.sql import Db

__all__ = ["CHANNEL", "announce", "name_of"]

CHANNEL: Final = "deskbell_presence"
"""Where sightings are announced, as JSON."""


async def announce(db: Db, sighting: Sighting) -> None:
    """Tells every worker. A long name is cut: a notification may have 8,000 bytes."""
    short = msgspec.structs.replace(sighting, name=sighting.name[:200])
    await db.execute("select pg_notify('deskbell_presence', $1)", msgspec.json.encode(short).decode())


async def name_of(db: Db) -> str:
    """The name of the person that this unit acts as, in the entered organization; empty for nobody."""
    return str(
        await db.fetch_value("select coalesce(max(name), '') from memberships where user_id = (select deskbell_user())")
    )

"""Sends presence between workers by NOTIFY; it is in no table and no journal."""

from typing import Final

import msgspec

from deskbell.features.presence.records import PresenceUpdate
from deskbell.runtime.sql import Db

CHANNEL: Final = "deskbell_presence"
"""The channel of presence updates, as JSON."""


async def publish(db: Db, update: PresenceUpdate) -> None:
    """Sends an update to every worker. Shortens a long name: a notification may have 8,000 bytes."""
    short = msgspec.structs.replace(update, name=update.name[:200])
    await db.execute("select pg_notify('deskbell_presence', $1)", msgspec.json.encode(short).decode())


async def name_of(db: Db) -> str:
    """The name of the unit's actor in the entered organization; empty without one."""
    return str(
        await db.fetch_value("select coalesce(max(name), '') from memberships where user_id = (select deskbell_user())")
    )

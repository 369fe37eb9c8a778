"""Presence on tickets is sent between workers by NOTIFY and stored nowhere; who is connected is in an unlogged table."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.presence.records import CONNECTED_SECONDS, PresenceUpdate
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


async def keep_connected(db: Db, active_of: Mapping[UUID, bool]) -> None:
    """Prolongs the presence of connected members of the entered organization, each with whether they are at the page.

    What other workers have written is never shortened.
    """
    ids = sorted(active_of)
    await db.execute(
        "insert into staff_presence as p (organization_id, user_id, connected_until, active_until) "
        "select m.organization_id, m.user_id, now() + make_interval(secs => $3), "
        "       case when here.active then now() + make_interval(secs => $3) else now() end "
        "  from unnest($1::uuid[], $2::boolean[]) as here (user_id, active) "
        "  join memberships m on m.organization_id = (select deskbell_organization()) and m.user_id = here.user_id "
        " order by m.user_id "
        "on conflict (organization_id, user_id) do update set "
        "  connected_until = greatest(p.connected_until, excluded.connected_until), "
        "  active_until = greatest(p.active_until, excluded.active_until)",
        ids, [active_of[each] for each in ids], CONNECTED_SECONDS,
    )  # fmt: skip

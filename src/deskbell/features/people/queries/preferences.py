"""SQL of preferences in the web app."""

from uuid import UUID

import msgspec

from deskbell.features.people.records.preferences import WebPreferenceChanges, WebPreferences
from deskbell.runtime.sql import Db, sql


async def web_preferences(db: Db, user_id: UUID) -> WebPreferences:
    """A member's preferences, with the defaults where none are stored."""
    stored = await db.fetch_value(sql("select web_preferences::text from memberships where user_id = {}", user_id))
    return msgspec.json.decode(stored or "{}", type=WebPreferences)


async def change_web_preferences(db: Db, user_id: UUID, changes: WebPreferenceChanges) -> WebPreferences:
    """Stores the given preferences and returns all. Of concurrent changes, each keeps what the other does not set."""
    given = msgspec.json.encode(changes).decode()
    stored = await db.fetch_value(
        sql(
            "update memberships set web_preferences = web_preferences || {}::text::jsonb where user_id = {} "
            "returning web_preferences::text",
            given,
            user_id,
        )
    )
    return msgspec.json.decode(stored, type=WebPreferences)

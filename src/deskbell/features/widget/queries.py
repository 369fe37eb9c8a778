"""SQL of the widget."""

from typing import Final
from uuid import UUID

from deskbell.features.widget.records import Widget
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_WIDGETS: Final = Table("widgets", Widget, "w", key="organization_id")


async def find(db: Db) -> Widget | None:
    """The widget of the entered organization; None until it is set up."""
    return await _WIDGETS.find(db, sql("true"))


async def lock(db: Db, organization_id: UUID) -> Widget | None:
    """The widget, locked until the unit of work ends, also while it is not set up."""
    await db.execute(sql("select pg_advisory_xact_lock(hashtextextended({}, 0))", f"widget {organization_id}"))
    return await find(db)


async def save(db: Db, organization_id: UUID, widget: Widget) -> None:
    """Writes the widget's settings."""
    insert = _WIDGETS.insert(widget, organization_id=organization_id)
    await db.execute(
        sql(
            "{} on conflict (organization_id) do update set enabled = excluded.enabled, origins = excluded.origins, "
            "chat_enabled = excluded.chat_enabled, chat_wait_seconds = excluded.chat_wait_seconds, "
            "updated_at = excluded.updated_at",
            insert,
        )
    )

"""SQL of the configuration's text."""

from uuid import UUID

from deskbell.runtime.sql import Db


async def names(db: Db) -> dict[UUID, str]:
    """The names of all categories, groups, canned responses, own statuses and shared macros."""
    rows = await db.fetch_all(
        "select c.id, c.name from categories c where c.deleted_at is null "
        "union all select g.id, g.name from groups g where g.deleted_at is null "
        "union all select r.id, r.title from canned_responses r where r.owner_id is null "
        "union all select s.id, s.name from statuses s "
        "union all select m.id, m.title from macros m where m.owner_id is null"
    )
    return {row["id"]: row["name"] for row in rows}

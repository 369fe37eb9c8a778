"""SQL of canned responses."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.canned.records import CannedResponse
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

RESPONSES: Final = Table("canned_responses", CannedResponse, "c")
BY_TITLE: Final = Order[CannedResponse](
    "c.name_key",
    "c.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda each: (each.title, each.id),
)


def containing(text: str) -> Fragment:
    """The responses with a text in title, content or shortcut, ignoring case."""
    return sql("strpos(lower(concat_ws(e'\\n', c.title, c.content, c.shortcut)), lower({})) > 0", text)


async def organization_name(db: Db) -> str:
    """The name of the entered organization."""
    return str(await db.fetch_value("select name from organizations where id = (select deskbell_organization())"))


async def count_use(db: Db, response_id: UUID, now: datetime) -> bool:
    """Counts a use; False for an unknown response."""
    return bool(
        await db.execute(
            sql(
                "update canned_responses set used_count = used_count + 1, last_used_at = {} where id = {}",
                now,
                response_id,
            )
        )
    )

"""SQL of canned responses."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.canned.records import CannedResponse
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission
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


def visible_to(actor: Actor) -> Fragment:
    """The rows of `canned_responses c` that an actor may see: own ones, and shared ones that are not another group's.

    Leads see all shared ones.
    """
    if actor.may(Permission.TAG_MANAGE):
        return sql("(c.owner_id is null or c.owner_id = {})", actor.user_id)
    return sql(
        "(c.owner_id = {} or c.owner_id is null and (c.group_id is null or exists (select from group_members g "
        "where g.organization_id = c.organization_id and g.group_id = c.group_id and g.user_id = {})))",
        actor.user_id,
        actor.user_id,
    )


async def has_shortcut(db: Db, response: CannedResponse) -> bool:
    """Whether another response of the same owner, or another shared one, has the response's shortcut."""
    return bool(
        await db.fetch_value(
            sql(
                "select exists (select from canned_responses c where lower(c.shortcut) = lower({}) and c.id <> {} "
                "and c.owner_id is not distinct from {})",
                response.shortcut, response.id, response.owner_id,
            )
        )
    )  # fmt: skip


def containing(text: str) -> Fragment:
    """The responses with a text in title, content or shortcut, ignoring case."""
    return sql("strpos(lower(concat_ws(e'\\n', c.title, c.content, c.shortcut)), lower({})) > 0", text)


async def organization_name(db: Db) -> str:
    """The name of the entered organization."""
    return str(await db.fetch_value("select name from organizations where id = (select deskbell_organization())"))


async def count_use(db: Db, actor: Actor, response_id: UUID, now: datetime) -> bool:
    """Counts a use; False for a response that the actor does not see."""
    return bool(
        await db.execute(
            sql(
                "update canned_responses c set used_count = used_count + 1, last_used_at = {} where c.id = {} and {}",
                now,
                response_id,
                visible_to(actor),
            )
        )
    )

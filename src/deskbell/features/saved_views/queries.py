"""SQL of saved views."""

from typing import Final
from uuid import UUID

from deskbell.features.saved_views.records import SavedView
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import MAX_LIMIT
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

VIEWS: Final = Table(
    "saved_views",
    SavedView,
    "v",
    columns={"owner_name": "m.name", "filter": "v.narrow"},
    joins="join memberships m on m.organization_id = v.organization_id and m.user_id = v.owner_id",
)
BY_NAME: Final = Order[SavedView](
    "v.name_key",
    "v.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda view: (view.name, view.id),
)


def visible_to(actor: Actor) -> Fragment:
    """The rows of `saved_views v` that a staff member may see: their own and shared ones."""
    return sql("(v.shared or v.owner_id = {})", actor.user_id)


async def first_by_name(db: Db, where: Fragment) -> list[SavedView]:
    """The first views by name, as many as a page holds at most."""
    return await VIEWS.fetch(db, sql("{} order by v.name_key, v.id limit {}", where, MAX_LIMIT))


async def count_of(db: Db, owner_id: UUID) -> int:
    """The number of a member's views."""
    return int(await db.fetch_value(sql("select count(*) from saved_views v where v.owner_id = {}", owner_id)))

"""SQL of saved views."""

from typing import Any, Final
from uuid import UUID

import msgspec

from deskbell.features.saved_views.records import SavedView, ViewFilter
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, Fragment, all_of, sql

_COLUMNS: Final = sql(
    "v.id, v.owner_id, m.name, v.name, v.shared, v.query, v.narrow, v.sort, v.descending, v.columns, v.created_at, "
    "v.updated_at"
)
_JOIN: Final = sql("join memberships m on m.organization_id = v.organization_id and m.user_id = v.owner_id")
_BY_NAME: Final = Order("v.name_key", "v.id", shape=tuple[str, UUID], by_name=True)
_FILTER: Final = msgspec.json.Decoder(ViewFilter)


def _visible_to(actor: Actor) -> Fragment:
    """The rows of `saved_views v` that a member of staff sees: their own, and those that are shared."""
    return sql("(v.shared or v.owner_id = {})", actor.user_id)


def _view(row: Any) -> SavedView:
    return SavedView(
        id=row[0], owner_id=row[1], owner_name=row[2], name=row[3], shared=row[4], query=row[5],
        filter=_FILTER.decode(row[6]), sort=row[7], descending=row[8], columns=row[9], created_at=row[10],
        updated_at=row[11],
    )  # fmt: skip


async def list_visible(db: Db, actor: Actor, page: PageRequest) -> Page[SavedView]:
    """A page of the views that the actor sees, by name."""
    wanted = _visible_to(actor)
    down = page.descends(False)
    rows = await db.fetch_all(
        sql(
            "select {} from saved_views v {} where {} order by {} limit {} offset {}",
            _COLUMNS, _JOIN, all_of([wanted, _BY_NAME.after(page.cursor, descending=down)]),
            _BY_NAME.by(descending=down), page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(*) from saved_views v where {}", wanted)))
    return page_from(rows, total, page, _view, lambda view: (view.name, view.id))


async def find_visible(db: Db, actor: Actor, view_id: UUID) -> SavedView | None:
    """A view that the actor sees."""
    row = await db.fetch_one(
        sql("select {} from saved_views v {} where v.id = {} and {}", _COLUMNS, _JOIN, view_id, _visible_to(actor))
    )
    return None if row is None else _view(row)


async def lock_visible(db: Db, actor: Actor, view_id: UUID) -> SavedView | None:
    """The same, locked until the unit of work ends."""
    row = await db.fetch_one(
        sql(
            "select {} from saved_views v {} where v.id = {} and {} for update of v",
            _COLUMNS,
            _JOIN,
            view_id,
            _visible_to(actor),
        )
    )
    return None if row is None else _view(row)


async def count_of(db: Db, owner_id: UUID) -> int:
    """How many views a person has."""
    return int(await db.fetch_value(sql("select count(*) from saved_views v where v.owner_id = {}", owner_id)))


async def add(db: Db, organization_id: UUID, view: SavedView) -> None:
    """Writes a new view."""
    await db.execute(
        sql(
            "insert into saved_views (organization_id, id, owner_id, name, shared, query, narrow, sort, descending, columns, "
            "created_at, updated_at) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            organization_id, view.id, view.owner_id, view.name, view.shared, view.query, _stored(view), view.sort,
            view.descending, view.columns, view.created_at, view.updated_at,
        )
    )  # fmt: skip


async def write(db: Db, view: SavedView) -> None:
    """Writes a locked view's fields."""
    await db.execute(
        sql(
            "update saved_views set name = {}, shared = {}, query = {}, narrow = {}, sort = {}, descending = {}, "
            "columns = {}, updated_at = {} where id = {}",
            view.name, view.shared, view.query, _stored(view), view.sort, view.descending, view.columns,
            view.updated_at, view.id,
        )
    )  # fmt: skip


async def remove(db: Db, view_id: UUID) -> None:
    """Forgets a view."""
    await db.execute(sql("delete from saved_views where id = {}", view_id))


def _stored(view: SavedView) -> str:
    return msgspec.json.encode(view.filter).decode()

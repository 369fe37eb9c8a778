"""SQL of imports and exports that people start."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.transfer.runs import Direction, Transfer
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_TRANSFERS: Final = Table(
    "transfers",
    Transfer,
    "x",
    columns={"actor_name": "m.name"},
    joins="join memberships m on m.organization_id = x.organization_id and m.user_id = x.actor_id",
)
_LOST: Final = "transfer.lost"
_NEWEST: Final = Order[Transfer](
    "x.created_at", "x.id", shape=tuple[datetime, UUID], key=lambda each: (each.created_at, each.id), descending=True
)


async def add(db: Db, organization_id: UUID, transfer: Transfer) -> None:
    """Writes a new import or export."""
    await db.execute(_TRANSFERS.insert(transfer, organization_id=organization_id))


async def find(db: Db, direction: Direction, transfer_id: UUID, *, lock: bool = False) -> Transfer | None:
    """An import or an export."""
    last = sql("for update of x") if lock else sql("")
    return await _TRANSFERS.find(db, sql("x.id = {} and x.direction = {} {}", transfer_id, direction, last))


async def page_of(db: Db, direction: Direction, request: PageRequest) -> Page[Transfer]:
    """A page of imports or exports, latest first. Uploaded files that wait for their import are left out."""
    listed = sql("x.direction = {} and x.state <> 'draft'", direction)
    return await page(db, _TRANSFERS, _NEWEST, request, where=listed)


async def update(db: Db, transfer: Transfer) -> None:
    """Writes the state of a locked import or export."""
    await db.execute(
        _TRANSFERS.update(
            transfer, "state", "options", "size", "storage_key", "rejects_key", "total", "done", "counts", "refused",
            "adjusted", "error", "started_at", "finished_at", "expires_at", touched_at=sql("now()"),
        )
    )  # fmt: skip


async def begin_starting(db: Db, organization_id: UUID) -> None:
    """Makes others who start an import or export of the organization wait until this unit of work ends."""
    await db.execute(
        sql("select pg_advisory_xact_lock(hashtextextended('deskbell.transfer ' || {}::text, 0))", str(organization_id))
    )


async def is_running(db: Db, direction: Direction) -> bool:
    """Whether an import, or an export, is waiting or running."""
    return bool(
        await db.fetch_value(
            sql(
                "select exists (select from transfers x where x.direction = {} "
                "and x.state in ('waiting', 'running', 'stopping'))",
                direction,
            )
        )
    )


async def delete_drafts(db: Db, keep: int) -> None:
    """Deletes uploaded files that were never started, but for the newest ones."""
    await db.execute(
        sql(
            "delete from transfers where state = 'draft' and id in (select x.id from transfers x where x.state = 'draft' "
            "order by x.created_at desc, x.id desc offset {})",
            keep,
        )
    )


async def delete(db: Db, transfer_id: UUID) -> None:
    """Deletes an import or export; its files leave the storage a little later."""
    await db.execute(sql("delete from transfers where id = {}", transfer_id))


async def expire(db: Db, now: datetime, older_than: datetime) -> None:
    """Of all organizations: takes away expired files and deletes runs that began before a moment."""
    await db.execute("select deskbell_expire_transfers($1, $2, $3)", now, older_than, _LOST)

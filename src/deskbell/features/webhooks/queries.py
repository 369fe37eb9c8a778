"""SQL of webhook registrations."""

from typing import Any
from uuid import UUID

from deskbell.features.webhooks.records import Webhook
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.sql import Db, sql

__all__ = ["add", "list_active", "remove"]

_COLUMNS = sql("w.id, w.url, w.event_types, w.created_by, w.created_at, w.disabled_at")


def _webhook(row: Any) -> Webhook:
    return Webhook(id=row[0], url=row[1], event_types=row[2], created_by=row[3], created_at=row[4], disabled_at=row[5])


async def add(db: Db, organization_id: UUID, webhook: Webhook, secret: str) -> None:
    """A new registration."""
    await db.execute(
        sql(
            "insert into webhooks (organization_id, id, url, event_types, secret, created_by, created_at) "
            "values ({}, {}, {}, {}, {}, {}, {})",
            organization_id, webhook.id, webhook.url, webhook.event_types, secret, webhook.created_by,
            webhook.created_at,
        )
    )  # fmt: skip


async def list_active(db: Db, page: PageRequest) -> Page[Webhook]:
    """A part of the webhooks that are in force, newest first."""
    rows = await db.fetch_all(
        sql(
            "select {} from webhooks w where w.disabled_at is null order by w.created_at desc, w.id desc "
            "limit {} offset {}",
            _COLUMNS,
            page.limit,
            page.offset,
        )
    )
    total = int(await db.fetch_value(sql("select count(*) from webhooks w where w.disabled_at is null")))
    return Page([_webhook(row) for row in rows], total, page)


async def remove(db: Db, webhook_id: UUID) -> Webhook | None:
    """Forgets a webhook; None when there is none."""
    row = await db.fetch_one(sql("delete from webhooks w where w.id = {} returning {}", webhook_id, _COLUMNS))
    return None if row is None else _webhook(row)

"""SQL of webhook registrations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from deskbell.features.webhooks.records import Webhook
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, all_of, sql

__all__ = ["add", "disable", "find", "list_webhooks", "lock", "remove", "rotate", "update"]

_COLUMNS = sql(
    "w.id, w.url, w.event_types, w.include_internal, w.created_by, w.created_at, w.failing_since, w.disabled_at, "
    "w.disabled_reason"
)
_NEWEST = Order("w.created_at", "w.id", shape=tuple[datetime, UUID])


def _webhook(row: Any) -> Webhook:
    return Webhook(
        id=row[0], url=row[1], event_types=row[2], include_internal=row[3], created_by=row[4], created_at=row[5],
        failing_since=row[6], disabled_at=row[7], disabled_reason=row[8],
    )  # fmt: skip


async def add(db: Db, organization_id: UUID, webhook: Webhook, secret: str) -> None:
    """A new registration."""
    await db.execute(
        sql(
            "insert into webhooks (organization_id, id, url, event_types, include_internal, secret, created_by, "
            "created_at) values ({}, {}, {}, {}, {}, {}, {}, {})",
            organization_id, webhook.id, webhook.url, webhook.event_types, webhook.include_internal, secret,
            webhook.created_by, webhook.created_at,
        )
    )  # fmt: skip


async def list_webhooks(db: Db, page: PageRequest, *, in_force: bool) -> Page[Webhook]:
    """A part of the webhooks, or of those that are in force, newest first."""
    wanted = sql("w.disabled_at is null") if in_force else sql("true")
    down = page.descends(True)
    rows = await db.fetch_all(
        sql(
            "select {} from webhooks w where {} order by {} limit {} offset {}",
            _COLUMNS, all_of([wanted, _NEWEST.after(page.cursor, descending=down)]), _NEWEST.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(*) from webhooks w where {}", wanted)))
    return page_from(rows, total, page, _webhook, lambda each: (each.created_at, each.id))


async def find(db: Db, webhook_id: UUID) -> Webhook | None:
    """One webhook."""
    row = await db.fetch_one(sql("select {} from webhooks w where w.id = {}", _COLUMNS, webhook_id))
    return None if row is None else _webhook(row)


async def lock(db: Db, webhook_id: UUID) -> Webhook | None:
    """One webhook, locked until the unit ends."""
    row = await db.fetch_one(sql("select {} from webhooks w where w.id = {} for update", _COLUMNS, webhook_id))
    return None if row is None else _webhook(row)


async def update(db: Db, webhook: Webhook) -> None:
    """Writes what can be changed. Whoever is switched on begins with a clean slate."""
    await db.execute(
        sql(
            "update webhooks set url = {}, event_types = {}, include_internal = {}, failing_since = {}, "
            "slow = slow and {}, disabled_at = {}, disabled_reason = {} where id = {}",
            webhook.url, webhook.event_types, webhook.include_internal, webhook.failing_since,
            webhook.failing_since is not None, webhook.disabled_at, webhook.disabled_reason, webhook.id,
        )
    )  # fmt: skip


async def rotate(db: Db, webhook_id: UUID, secret: str, overlap_until: datetime) -> bool:
    """Gives a webhook a new secret; the present one signs too until a moment. False when there is no such webhook."""
    return bool(
        await db.execute(
            sql(
                "update webhooks set previous_secret = secret, previous_secret_until = {}, secret = {} where id = {}",
                overlap_until,
                secret,
                webhook_id,
            )
        )
    )


async def disable(db: Db, webhook_id: UUID, reason: str, now: datetime) -> bool:
    """Switches a webhook off; False when it is off already, or gone."""
    return bool(
        await db.execute(
            sql(
                "update webhooks set disabled_at = {}, disabled_reason = {} where id = {} and disabled_at is null",
                now,
                reason,
                webhook_id,
            )
        )
    )


async def remove(db: Db, webhook_id: UUID) -> Webhook | None:
    """Forgets a webhook and what was sent to it; None when there is none."""
    row = await db.fetch_one(sql("delete from webhooks w where w.id = {} returning {}", webhook_id, _COLUMNS))
    return None if row is None else _webhook(row)

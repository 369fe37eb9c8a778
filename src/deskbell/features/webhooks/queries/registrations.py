"""SQL of webhook registrations."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.webhooks.records import Webhook
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_WEBHOOKS: Final = Table("webhooks", Webhook, "w")
_NEWEST: Final = Order[Webhook](
    "w.created_at", "w.id", shape=tuple[datetime, UUID], key=lambda each: (each.created_at, each.id), descending=True
)


async def add(db: Db, organization_id: UUID, webhook: Webhook, secret: str) -> None:
    """Adds a webhook with its secret."""
    await db.execute(_WEBHOOKS.insert(webhook, organization_id=organization_id, secret=secret))


async def list_webhooks(db: Db, request: PageRequest, *, in_force: bool) -> Page[Webhook]:
    """A page of the webhooks, or of the enabled ones, newest first."""
    wanted = sql("w.disabled_at is null") if in_force else sql("true")
    return await page(db, _WEBHOOKS, _NEWEST, request, where=wanted)


async def find(db: Db, webhook_id: UUID) -> Webhook | None:
    """A webhook."""
    return await _WEBHOOKS.find(db, sql("w.id = {}", webhook_id))


async def lock(db: Db, webhook_id: UUID) -> Webhook | None:
    """A webhook, locked until the unit of work ends."""
    return await _WEBHOOKS.find(db, sql("w.id = {} for update", webhook_id))


async def update(db: Db, webhook: Webhook) -> None:
    """Writes the fields that can be changed. Without failures the webhook also leaves the slow lane."""
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


async def remove(db: Db, webhook_id: UUID) -> None:
    """Deletes a webhook with its deliveries."""
    await db.execute(sql("delete from webhooks where id = {}", webhook_id))

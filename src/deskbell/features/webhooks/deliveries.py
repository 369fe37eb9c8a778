"""Deliveries of a webhook: list, redeliver, send a test call."""

from uuid import UUID

import msgspec

from deskbell.features.webhooks import policy, service
from deskbell.features.webhooks.bodies import body
from deskbell.features.webhooks.events import WebhookRedelivered, WebhookTested
from deskbell.features.webhooks.queries import deliveries as queries
from deskbell.features.webhooks.queries.gathering import NewDelivery, add_deliveries
from deskbell.features.webhooks.records import TEST_TYPE, Delivery
from deskbell.kernel.errors import NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["get", "list_deliveries", "redeliver", "test"]


async def list_deliveries(
    uow: UnitOfWork, webhook_id: UUID, page: PageRequest, state: str | None = None
) -> Page[Delivery]:
    """A page of a webhook's deliveries, newest first, with every attempt. Raises `NotFound`.

    Bodies are shown to those who may read such events.
    """
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    webhook = await service.get(uow, webhook_id)
    found = await queries.list_of_webhook(uow.db, webhook_id, page, state)
    items = [policy.as_readable(uow.actor, webhook, each) for each in found.items]
    return msgspec.structs.replace(found, items=items)


async def get(uow: UnitOfWork, webhook_id: UUID, delivery_id: UUID) -> Delivery:
    """One delivery with its attempts; its body is shown to those who may read such events. Raises `NotFound`."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    webhook = await service.get(uow, webhook_id)
    delivery = await queries.find(uow.db, webhook_id, delivery_id)
    if delivery is None:
        raise NotFound("delivery")
    return policy.as_readable(uow.actor, webhook, delivery)


async def redeliver(uow: UnitOfWork, webhook_id: UUID, delivery_id: UUID) -> Delivery:
    """Sends a delivery once more, under the same `webhook-id`, even while the webhook is switched off.

    Raises `NotFound`.
    """
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    await get(uow, webhook_id, delivery_id)
    await queries.ask_again(uow.db, delivery_id, uow.now)
    uow.record(WebhookRedelivered(webhook_id=webhook_id, delivery_id=delivery_id))
    return await get(uow, webhook_id, delivery_id)


async def test(uow: UnitOfWork, webhook_id: UUID) -> Delivery:
    """Sends `webhook.test` once, even while the webhook is switched off. Raises `NotFound`."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    webhook = await service.get(uow, webhook_id)
    text = body(TEST_TYPE, uow.now, {"webhook_id": webhook.id, "message": "This is a test call from Deskbell."})
    new = NewDelivery(
        id=new_id(), webhook_id=webhook.id, event_id=None, ticket_id=None, type=TEST_TYPE, body=text, manual=True
    )
    await add_deliveries(uow.db, uow.actor.organization_id, [new], uow.now)
    uow.record(WebhookTested(webhook_id=webhook.id, delivery_id=new.id))
    return await get(uow, webhook_id, new.id)

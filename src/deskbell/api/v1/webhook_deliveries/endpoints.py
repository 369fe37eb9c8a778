"""v1: what was sent to outgoing webhooks."""

from typing import Annotated, Literal
from uuid import UUID

from litestar.params import FromPath, FromQuery, QueryParameter

from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Listed, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.webhook_deliveries.shapes import DeliveryView
from deskbell.features.webhooks import deliveries
from deskbell.features.webhooks.policy import EVENT_DATA
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Webhooks"]


@get(
    "/webhooks/{webhook_id:str}/deliveries", permission=Permission.WEBHOOK_MANAGE, more=EVENT_DATA, tags=TAG,
    summary="List what a webhook was sent",
)  # fmt: skip
async def list_deliveries(
    uow: Uow,
    webhook_id: FromPath[UUID],
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
    state_: Annotated[Literal["pending", "delivered", "failed"] | None, QueryParameter(name="state")] = None,
) -> Listed[DeliveryView]:
    """The deliveries of the past 30 days with every attempt, newest first."""
    found = await deliveries.list_deliveries(
        uow, webhook_id, PageRequest.numbered(page, limit, cursor, sort=sort, order=order), state_
    )
    return Listed([DeliveryView.of(delivery) for delivery in found.items], Pagination.of(found))


@get(
    "/webhooks/{webhook_id:str}/deliveries/{delivery_id:str}", permission=Permission.WEBHOOK_MANAGE, more=EVENT_DATA, tags=TAG,
    summary="Get what a webhook was sent",
)  # fmt: skip
async def get_delivery(uow: Uow, webhook_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Success[DeliveryView]:
    """One delivery with every attempt."""
    return Success(DeliveryView.of(await deliveries.get(uow, webhook_id, delivery_id)))


@post(
    "/webhooks/{webhook_id:str}/deliveries/{delivery_id:str}/redeliver", permission=Permission.WEBHOOK_MANAGE, more=EVENT_DATA,
    tags=TAG,
    summary="Send a delivery again", status_code=202,
)  # fmt: skip
async def redeliver(uow: Uow, webhook_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Success[DeliveryView]:
    """Sends it once more under the same `webhook-id`, even while the webhook is switched off."""
    return Success(DeliveryView.of(await deliveries.redeliver(uow, webhook_id, delivery_id)))


@post(
    "/webhooks/{webhook_id:str}/test", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Send a test call",
    status_code=202,
)  # fmt: skip
async def send_test(uow: Uow, webhook_id: FromPath[UUID]) -> Success[DeliveryView]:
    """Sends `webhook.test` once, even while the webhook is switched off. Ask for the delivery to see what came of it."""
    return Success(DeliveryView.of(await deliveries.test(uow, webhook_id)))


ROUTES = [list_deliveries, get_delivery, redeliver, send_test]

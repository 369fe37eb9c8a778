"""v1: deliveries of outgoing webhooks."""

from typing import Annotated, Literal
from uuid import UUID

from litestar.params import FromPath, FromQuery, QueryParameter

from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.webhook_deliveries.shapes import DeliveryView
from deskbell.features.webhooks import deliveries
from deskbell.features.webhooks.policy import EVENT_DATA
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Webhooks"]


@get(
    "/webhooks/{webhook_id:str}/deliveries", permission=Permission.WEBHOOK_MANAGE, more=EVENT_DATA, tags=TAG,
    summary="List a webhook's deliveries",
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
) -> Paginated[DeliveryView]:
    """Lists the deliveries of the last 30 days with all attempts, newest first."""
    found = await deliveries.list_deliveries(
        uow, webhook_id, PageRequest.numbered(page, limit, cursor, sort=sort, order=order), state_
    )
    return Paginated([DeliveryView.of(delivery) for delivery in found.items], Pagination.of(found))


@get(
    "/webhooks/{webhook_id:str}/deliveries/{delivery_id:str}", permission=Permission.WEBHOOK_MANAGE, more=EVENT_DATA, tags=TAG,
    summary="Get a delivery",
)  # fmt: skip
async def get_delivery(uow: Uow, webhook_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Success[DeliveryView]:
    """Returns a delivery with all attempts."""
    return Success(DeliveryView.of(await deliveries.get(uow, webhook_id, delivery_id)))


@post(
    "/webhooks/{webhook_id:str}/deliveries/{delivery_id:str}/redeliver", permission=Permission.WEBHOOK_MANAGE, more=EVENT_DATA,
    tags=TAG,
    summary="Resend a delivery", status_code=202,
)  # fmt: skip
async def redeliver(uow: Uow, webhook_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Success[DeliveryView]:
    """Sends the delivery again with the same `webhook-id`, even if the webhook is disabled."""
    return Success(DeliveryView.of(await deliveries.redeliver(uow, webhook_id, delivery_id)))


@post(
    "/webhooks/{webhook_id:str}/test", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Send a test delivery",
    status_code=202,
)  # fmt: skip
async def send_test(uow: Uow, webhook_id: FromPath[UUID]) -> Success[DeliveryView]:
    """Sends `webhook.test` once, even if the webhook is disabled. Get the delivery to see the result."""
    return Success(DeliveryView.of(await deliveries.test(uow, webhook_id)))


ROUTES = [list_deliveries, get_delivery, redeliver, send_test]

"""v1: what was sent to outgoing webhooks."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Listed, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.features.webhooks import deliveries
from deskbell.features.webhooks.records import Attempt, Delivery
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["Webhooks"]


class AttemptRequest(Struct, frozen=True):
    """What was sent beside the body. Signatures are masked."""

    headers: dict[str, str]


class AttemptResponse(Struct, frozen=True):
    """What came back; the body cut to its beginning."""

    status: int
    headers: dict[str, str]
    body: str


class AttemptView(Struct, frozen=True, kw_only=True):
    """One attempt. `error` is null if it was delivered, `response` if there was no answer."""

    number: int
    at: datetime
    duration_ms: int
    request: AttemptRequest
    response: AttemptResponse | None
    error: str | None

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptView":
        """An attempt in v1's form."""
        response = None
        if attempt.status is not None:
            response = AttemptResponse(attempt.status, attempt.response_headers, attempt.response_excerpt)
        return cls(
            number=attempt.number, at=attempt.at, duration_ms=attempt.milliseconds,
            request=AttemptRequest(attempt.request_headers), response=response, error=attempt.error,
        )  # fmt: skip


class DeliveryView(Struct, frozen=True, kw_only=True):
    """What a webhook is told of one event. `event_id` is the journal's, null for a test call; `body` is what was sent."""

    id: UUID
    webhook_id: UUID
    event_id: str | None
    ticket_id: UUID | None
    type: str
    state: str
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None
    body: dict[str, Any]
    attempts: list[AttemptView]

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryView":
        """A delivery in v1's form."""
        return cls(
            id=delivery.id, webhook_id=delivery.webhook_id,
            event_id=None if delivery.event_id is None else str(delivery.event_id), ticket_id=delivery.ticket_id,
            type=delivery.type, state=delivery.state, created_at=delivery.created_at,
            next_attempt_at=delivery.next_attempt_at, finished_at=delivery.finished_at,
            body=msgspec.json.decode(delivery.body), attempts=[AttemptView.of(each) for each in delivery.attempts],
        )  # fmt: skip


@get(
    "/webhooks/{webhook_id:str}/deliveries", permission=Permission.WEBHOOK_MANAGE, tags=TAG,
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
    "/webhooks/{webhook_id:str}/deliveries/{delivery_id:str}", permission=Permission.WEBHOOK_MANAGE, tags=TAG,
    summary="Get what a webhook was sent",
)  # fmt: skip
async def get_delivery(uow: Uow, webhook_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Success[DeliveryView]:
    """One delivery with every attempt."""
    return Success(DeliveryView.of(await deliveries.get(uow, webhook_id, delivery_id)))


@post(
    "/webhooks/{webhook_id:str}/deliveries/{delivery_id:str}/redeliver", permission=Permission.WEBHOOK_MANAGE, tags=TAG,
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

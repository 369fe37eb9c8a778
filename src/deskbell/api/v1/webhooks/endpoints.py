"""v1: outgoing webhooks."""

from typing import Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, patch, post
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.webhooks.shapes import (
    CreateWebhook,
    NewWebhookView,
    SecretView,
    UpdateWebhook,
    WebhookView,
    fields_of,
)
from deskbell.features.webhooks import service
from deskbell.features.webhooks.policy import EVENT_DATA
from deskbell.features.webhooks.records import Webhook, WebhookChanges
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Webhooks"]


def _answer(webhook: Webhook) -> Response[Success[WebhookView]]:
    return tagged(WebhookView.of(webhook), service.etag(webhook))


def _allowed(request: DeskbellRequest) -> AllowedHosts:
    return AllowedHosts(request.app.state.settings.webhook_allowed_hosts)


@get("/webhooks", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="List webhooks")
async def list_webhooks(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
) -> Paginated[WebhookView]:
    """Lists all webhooks, including disabled ones, newest first, without secrets."""
    found = await service.list_webhooks(
        uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order), in_force=False
    )
    return Paginated([WebhookView.of(webhook) for webhook in found.items], Pagination.of(found))


@post(
    "/webhooks",
    permission=Permission.WEBHOOK_MANAGE,
    more=EVENT_DATA,
    tags=TAG,
    summary="Register a webhook",
    secret=True,
)
async def register_webhook(
    uow: Uow, request: DeskbellRequest, data: JSONBody[CreateWebhook]
) -> Response[Success[NewWebhookView]]:
    """Registers a URL for future events. Requests are signed with the returned secret (Standard Webhooks)."""
    webhook, secret = await service.register(
        uow, data.url, list(data.event_types), _allowed(request), include_internal=data.include_internal
    )
    view = NewWebhookView(**fields_of(webhook), secret=secret)
    headers = {"ETag": service.etag(webhook), "Location": f"/api/v1/webhooks/{webhook.id}"}
    return Response(Success(view, "Keep this secret safe; it is not shown again"), status_code=201, headers=headers)


@get("/webhooks/{webhook_id:str}", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Get a webhook")
async def get_webhook(uow: Uow, webhook_id: FromPath[UUID]) -> Response[Success[WebhookView]]:
    """Returns a webhook without its secret."""
    return _answer(await service.get(uow, webhook_id))


@patch(
    "/webhooks/{webhook_id:str}",
    permission=Permission.WEBHOOK_MANAGE,
    more=EVENT_DATA,
    tags=TAG,
    summary="Update a webhook",
)
async def update_webhook(
    uow: Uow, request: DeskbellRequest, webhook_id: FromPath[UUID], data: JSONBody[UpdateWebhook]
) -> Response[Success[WebhookView]]:
    """Updates a webhook's URL, event types or enabled state. Re-enabling a webhook delivers its pending events."""
    changes = WebhookChanges(
        url=data.url,
        event_types=UNSET if data.event_types is UNSET else list(data.event_types),
        include_internal=data.include_internal,
        enabled=data.enabled,
    )
    return _answer(await service.update(uow, webhook_id, changes, _allowed(request), expected_version(request)))


@post(
    "/webhooks/{webhook_id:str}/rotate-secret", permission=Permission.WEBHOOK_MANAGE, tags=TAG,
    summary="Rotate a webhook's secret", status_code=200, secret=True,
)  # fmt: skip
async def rotate_secret(uow: Uow, webhook_id: FromPath[UUID]) -> Success[SecretView]:
    """Creates a new secret. For 24 hours requests are signed with both the old and the new secret."""
    secret = await service.rotate_secret(uow, webhook_id)
    return Success(SecretView(secret), "Keep this secret safe; it is not shown again")


@delete(
    "/webhooks/{webhook_id:str}", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Remove a webhook",
    status_code=200,
)  # fmt: skip
async def remove_webhook(uow: Uow, request: DeskbellRequest, webhook_id: FromPath[UUID]) -> Done:
    """Deletes a webhook and its deliveries."""
    await service.remove(uow, webhook_id, expected_version(request))
    return Done("Webhook removed")


ROUTES = [list_webhooks, register_webhook, get_webhook, update_webhook, rotate_secret, remove_webhook]

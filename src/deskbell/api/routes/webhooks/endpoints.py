"""routes: outgoing webhooks."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from deskbell.api.routes.webhooks.shapes import ALL_TYPES, NewWebhookView, RegisterWebhook, WebhookView
from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.features.webhooks import service
from deskbell.features.webhooks.policy import EVENT_DATA
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Webhooks & API Integrations"]


@post("/webhooks", permission=Permission.WEBHOOK_MANAGE, more=EVENT_DATA, tags=TAG, summary="Register a webhook")
async def register_webhook(uow: Uow, request: DeskbellRequest, data: JSONBody[RegisterWebhook]) -> NewWebhookView:
    """Registers a URL for future events. Requests are signed with the returned secret (Standard Webhooks)."""
    allowed = AllowedHosts(request.app.state.settings.webhook_allowed_hosts)
    wanted: list[str] = [] if data.event_type == ALL_TYPES else [data.event_type]
    webhook, secret = await service.register(uow, data.url, wanted, allowed)
    view = WebhookView.of(webhook)
    return NewWebhookView(**{name: getattr(view, name) for name in view.__struct_fields__}, secret=secret)


@get("/webhooks", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="List active webhooks")
async def list_webhooks(uow: Uow, limit: LimitParam = DEFAULT_LIMIT, offset: OffsetParam = 0) -> Listing[WebhookView]:
    """Lists the active webhooks, newest first, without secrets."""
    return Listing.of(await service.list_webhooks(uow, PageRequest(limit, offset)), WebhookView.of)


@delete("/webhooks/{webhook_id:str}", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Remove a webhook")
async def remove_webhook(uow: Uow, webhook_id: FromPath[UUID]) -> None:
    """Deletes a webhook."""
    await service.remove(uow, webhook_id)


ROUTES = [register_webhook, list_webhooks, remove_webhook]

"""routes: outgoing webhooks."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from deskbell.api.shared.plain import LimitParam, Listing, OffsetParam
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.features.webhooks import service
from deskbell.features.webhooks.records import EventType, Webhook
from deskbell.features.webhooks.targets import MAX_URL_LENGTH, AllowedHosts
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["Webhooks & API Integrations"]
_ALL = "*"


class RegisterWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program to be told of one type of event, or of all (`*`)."""

    url: Annotated[str, Meta(min_length=1, max_length=MAX_URL_LENGTH)]
    event_type: Literal["*"] | EventType


class WebhookView(Struct, frozen=True, kw_only=True):
    """A registered program. `event_type` is `*` for all events."""

    id: UUID
    url: str
    event_type: str
    created_at: datetime

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookView":
        """A webhook in this contract's form."""
        return cls(
            id=webhook.id, url=webhook.url, event_type=",".join(webhook.event_types) or _ALL,
            created_at=webhook.created_at,
        )  # fmt: skip


class NewWebhookView(WebhookView, frozen=True, kw_only=True):
    """A program just registered; its secret is shown this once."""

    secret: str


@post("/webhooks", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Register a webhook")
async def register_webhook(uow: Uow, request: DeskbellRequest, data: JSONBody[RegisterWebhook]) -> NewWebhookView:
    """Tells a program of events from now on, signed with the secret in the answer (Standard Webhooks)."""
    allowed = AllowedHosts(request.app.state.settings.webhook_allowed_hosts)
    wanted: list[str] = [] if data.event_type == _ALL else [data.event_type]
    webhook, secret = await service.register(uow, data.url, wanted, allowed)
    view = WebhookView.of(webhook)
    return NewWebhookView(**{name: getattr(view, name) for name in view.__struct_fields__}, secret=secret)


@get("/webhooks", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="List active webhooks")
async def list_webhooks(uow: Uow, limit: LimitParam = DEFAULT_LIMIT, offset: OffsetParam = 0) -> Listing[WebhookView]:
    """The webhooks in force, newest first, without their secrets."""
    return Listing.of(await service.list_webhooks(uow, PageRequest(limit, offset)), WebhookView.of)


@delete("/webhooks/{webhook_id:str}", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Remove a webhook")
async def remove_webhook(uow: Uow, webhook_id: FromPath[UUID]) -> None:
    """Tells the program nothing any more."""
    await service.remove(uow, webhook_id)


ROUTES = [register_webhook, list_webhooks, remove_webhook]

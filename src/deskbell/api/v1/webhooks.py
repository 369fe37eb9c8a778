"""v1: outgoing webhooks."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Uow, delete, get, patch, post
from deskbell.api.v1.envelope import Done, Listed, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.features.webhooks import service
from deskbell.features.webhooks.records import EventType, Webhook, WebhookChanges
from deskbell.features.webhooks.targets import MAX_URL_LENGTH, AllowedHosts
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["Webhooks"]

Url = Annotated[str, Meta(min_length=1, max_length=MAX_URL_LENGTH)]
EventTypes = Annotated[list[EventType], Meta(max_length=50)]


class WebhookView(Struct, frozen=True, kw_only=True):
    """A program that is told of events. Without `event_types` it is told of all; `failing_since` is null while it answers.

    `disabled_reason`: `admin` switched it off, its receiver is `gone` (410), or it has been `failing` for too long.
    """

    id: UUID
    url: str
    event_types: list[str]
    include_internal: bool
    enabled: bool
    created_by: UUID | None
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: str | None

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookView":
        """A webhook in v1's form."""
        return cls(**fields_of(webhook))


class NewWebhookView(WebhookView, frozen=True, kw_only=True):
    """A webhook just registered; its secret is shown this once."""

    secret: str


class SecretView(Struct, frozen=True):
    """A webhook's new secret, shown this once. For 24 hours what is sent is signed under the one before as well."""

    secret: str


class CreateWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program to be told. Internal notes are told only with `include_internal`."""

    url: Url
    event_types: EventTypes = []
    include_internal: bool = False


class UpdateWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values for some fields; what is left out stays."""

    url: Url | UnsetType = UNSET
    event_types: EventTypes | UnsetType = UNSET
    include_internal: bool | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


def fields_of(webhook: Webhook) -> dict[str, Any]:
    """The fields of `WebhookView`."""
    return {
        "enabled": webhook.disabled_at is None,
        **{name: getattr(webhook, name) for name in WebhookView.__struct_fields__ if name != "enabled"},
    }


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
) -> Listed[WebhookView]:
    """Every webhook, those switched off too, newest first, without their secrets."""
    found = await service.list_webhooks(
        uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order), in_force=False
    )
    return Listed([WebhookView.of(webhook) for webhook in found.items], Pagination.of(found))


@post("/webhooks", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Register a webhook", secret=True)
async def register_webhook(
    uow: Uow, request: DeskbellRequest, data: JSONBody[CreateWebhook]
) -> Success[NewWebhookView]:
    """Tells a program of events from now on, signed with the secret in the answer (Standard Webhooks)."""
    webhook, secret = await service.register(
        uow, data.url, list(data.event_types), _allowed(request), include_internal=data.include_internal
    )
    view = NewWebhookView(**fields_of(webhook), secret=secret)
    return Success(view, "Keep this secret safe; it is not shown again")


@get("/webhooks/{webhook_id:str}", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Get a webhook")
async def get_webhook(uow: Uow, webhook_id: FromPath[UUID]) -> Success[WebhookView]:
    """One webhook, without its secret."""
    return Success(WebhookView.of(await service.get(uow, webhook_id)))


@patch("/webhooks/{webhook_id:str}", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Change a webhook")
async def update_webhook(
    uow: Uow, request: DeskbellRequest, webhook_id: FromPath[UUID], data: JSONBody[UpdateWebhook]
) -> Success[WebhookView]:
    """Changes where to, what of and whether it is told. Switched on again, it is sent what was waiting."""
    changes = WebhookChanges(
        url=data.url,
        event_types=UNSET if data.event_types is UNSET else list(data.event_types),
        include_internal=data.include_internal,
        enabled=data.enabled,
    )
    return Success(WebhookView.of(await service.update(uow, webhook_id, changes, _allowed(request))))


@post(
    "/webhooks/{webhook_id:str}/rotate-secret", permission=Permission.WEBHOOK_MANAGE, tags=TAG,
    summary="Rotate a webhook's secret", status_code=200, secret=True,
)  # fmt: skip
async def rotate_secret(uow: Uow, webhook_id: FromPath[UUID]) -> Success[SecretView]:
    """Makes a new secret. For 24 hours what is sent carries a signature under each."""
    secret = await service.rotate_secret(uow, webhook_id)
    return Success(SecretView(secret), "Keep this secret safe; it is not shown again")


@delete(
    "/webhooks/{webhook_id:str}", permission=Permission.WEBHOOK_MANAGE, tags=TAG, summary="Remove a webhook",
    status_code=200,
)  # fmt: skip
async def remove_webhook(uow: Uow, webhook_id: FromPath[UUID]) -> Done:
    """Tells the program nothing any more, and forgets what it was told."""
    await service.remove(uow, webhook_id)
    return Done("Webhook removed")


ROUTES = [list_webhooks, register_webhook, get_webhook, update_webhook, rotate_secret, remove_webhook]

"""v1: shapes of webhooks."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.features.webhooks.records import DisabledReason, EventType, Webhook
from deskbell.features.webhooks.targets import MAX_URL_LENGTH

Url = Annotated[str, Meta(min_length=1, max_length=MAX_URL_LENGTH)]


EventTypes = Annotated[list[EventType], Meta(max_length=50)]


class WebhookView(Struct, frozen=True, kw_only=True):
    """A webhook. An empty `event_types` subscribes to all events; `failing_since` is null while deliveries succeed.

    `disabled_reason` is `admin` (disabled by an admin), `gone` (the receiver answered 410) or `failing` (for too long).
    """

    id: UUID
    url: str
    event_types: list[EventType]
    include_internal: bool
    enabled: bool
    created_by: UUID | None
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: DisabledReason | None

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookView":
        return cls(**fields_of(webhook))


class NewWebhookView(WebhookView, frozen=True, kw_only=True):
    """A new webhook. Its secret is shown only once."""

    secret: str


class SecretView(Struct, frozen=True):
    """A webhook's new secret, shown only once. The old secret remains in use for 24 hours."""

    secret: str


class CreateWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new webhook. Internal notes are sent only with `include_internal`."""

    url: Url
    event_types: EventTypes = []
    include_internal: bool = False


class UpdateWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values."""

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

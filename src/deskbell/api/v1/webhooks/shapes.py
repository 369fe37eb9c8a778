"""v1: shapes of webhooks."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.features.webhooks.records import EventType, Webhook
from deskbell.features.webhooks.targets import MAX_URL_LENGTH

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

"""routes: shapes of webhooks."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.features.webhooks.records import EventType, Webhook
from deskbell.features.webhooks.targets import MAX_URL_LENGTH

ALL_TYPES = "*"


class RegisterWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new webhook for one event type, or for all (`*`)."""

    url: Annotated[str, Meta(min_length=1, max_length=MAX_URL_LENGTH)]
    event_type: Literal["*"] | EventType


class WebhookView(Struct, frozen=True, kw_only=True):
    """A webhook. `event_type` is `*` for all events."""

    id: UUID
    url: str
    event_type: str
    created_at: datetime

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookView":
        return cls(
            id=webhook.id, url=webhook.url, event_type=",".join(webhook.event_types) or ALL_TYPES,
            created_at=webhook.created_at,
        )  # fmt: skip


class NewWebhookView(WebhookView, frozen=True, kw_only=True):
    """A new webhook. Its secret is shown only once."""

    secret: str

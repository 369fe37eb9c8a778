"""routes: shapes of webhooks."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.features.webhooks.records import EventType, Webhook
from deskbell.features.webhooks.targets import MAX_URL_LENGTH

ALL_TYPES = "*"


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
            id=webhook.id, url=webhook.url, event_type=",".join(webhook.event_types) or ALL_TYPES,
            created_at=webhook.created_at,
        )  # fmt: skip


class NewWebhookView(WebhookView, frozen=True, kw_only=True):
    """A program just registered; its secret is shown this once."""

    secret: str

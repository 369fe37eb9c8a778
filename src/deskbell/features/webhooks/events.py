"""Events of webhooks."""

from typing import ClassVar, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutWebhook(Struct, frozen=True, kw_only=True):
    """Fields of events about one outgoing webhook. Only admins learn of it."""

    subject_type: ClassVar[str] = "webhook"
    subject_key: ClassVar[str] = "webhook_id"
    internal: ClassVar[bool] = True
    webhook_id: UUID


class WebhookRegistered(AboutWebhook, DomainEvent, frozen=True, kw_only=True):
    """A webhook was registered; without event types it receives all."""

    type: ClassVar[str] = "webhook.registered"
    url: str
    event_types: list[str]


class WebhookUpdated(AboutWebhook, DomainEvent, frozen=True, kw_only=True):
    """A user changed its URL, event types or enabled state."""

    type: ClassVar[str] = "webhook.updated"
    changes: dict[str, Change]


class WebhookSecretRotated(AboutWebhook, DomainEvent, frozen=True, kw_only=True):
    """Its secret was replaced; for a day deliveries are signed with both."""

    type: ClassVar[str] = "webhook.secret_rotated"


class WebhookTested(AboutWebhook, DomainEvent, frozen=True, kw_only=True):
    """A user requested a test call."""

    type: ClassVar[str] = "webhook.tested"
    delivery_id: UUID


class WebhookRedelivered(AboutWebhook, DomainEvent, frozen=True, kw_only=True):
    """A user requested a delivery again."""

    type: ClassVar[str] = "webhook.redelivered"
    delivery_id: UUID


class WebhookDisabled(AboutWebhook, DomainEvent, frozen=True, kw_only=True):
    """Deskbell switched it off: its receiver is gone, or has failed for too long. `error` is its last failure."""

    type: ClassVar[str] = "webhook.disabled"
    url: str
    reason: Literal["gone", "failing"]
    error: str


class WebhookRemoved(AboutWebhook, DomainEvent, frozen=True, kw_only=True):
    """A webhook was removed."""

    type: ClassVar[str] = "webhook.removed"
    url: str


class IncomingSecretRotated(DomainEvent, frozen=True, kw_only=True):
    """The secret of incoming webhooks was replaced."""

    type: ClassVar[str] = "incoming_secret.rotated"
    subject_type: ClassVar[str] = "organization"
    subject_key: ClassVar[str] = "organization_id"
    internal: ClassVar[bool] = True
    organization_id: UUID

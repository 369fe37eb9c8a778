"""What happens to webhooks."""

from typing import ClassVar, Literal
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent

__all__ = [
    "IncomingSecretRotated",
    "WebhookDisabled",
    "WebhookEvent",
    "WebhookRedelivered",
    "WebhookRegistered",
    "WebhookRemoved",
    "WebhookSecretRotated",
    "WebhookTested",
    "WebhookUpdated",
]


class WebhookEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one outgoing webhook. Only admins learn of it."""

    subject_type: ClassVar[str] = "webhook"
    webhook_id: UUID

    @property
    def subject_id(self) -> UUID:
        """The webhook."""
        return self.webhook_id

    @property
    def internal(self) -> bool:
        """For admins only."""
        return True


class WebhookRegistered(WebhookEvent, frozen=True, kw_only=True):
    """Another program is told of events from now on; without event types, of all."""

    type: ClassVar[str] = "webhook.registered"
    url: str
    event_types: list[str]


class WebhookUpdated(WebhookEvent, frozen=True, kw_only=True):
    """Where to, what of or whether it is told has changed, by somebody's hand."""

    type: ClassVar[str] = "webhook.updated"
    changes: dict[str, Change]


class WebhookSecretRotated(WebhookEvent, frozen=True, kw_only=True):
    """What it is told is signed under a new secret, and for a day under the one before as well."""

    type: ClassVar[str] = "webhook.secret_rotated"


class WebhookTested(WebhookEvent, frozen=True, kw_only=True):
    """Somebody asked for a test call."""

    type: ClassVar[str] = "webhook.tested"
    delivery_id: UUID


class WebhookRedelivered(WebhookEvent, frozen=True, kw_only=True):
    """Somebody asked that a delivery goes out once more."""

    type: ClassVar[str] = "webhook.redelivered"
    delivery_id: UUID


class WebhookDisabled(WebhookEvent, frozen=True, kw_only=True):
    """Deskbell switched it off: its receiver is gone, or has failed for too long. `error` is its last failure."""

    type: ClassVar[str] = "webhook.disabled"
    url: str
    reason: Literal["gone", "failing"]
    error: str


class WebhookRemoved(WebhookEvent, frozen=True, kw_only=True):
    """Another program is told nothing any more."""

    type: ClassVar[str] = "webhook.removed"
    url: str


class IncomingSecretRotated(DomainEvent, frozen=True, kw_only=True):
    """What other systems send in must be signed under a new secret from now on."""

    type: ClassVar[str] = "incoming_secret.rotated"
    subject_type: ClassVar[str] = "organization"
    organization_id: UUID

    @property
    def subject_id(self) -> UUID:
        """The organization."""
        return self.organization_id

    @property
    def internal(self) -> bool:
        """For admins only."""
        return True

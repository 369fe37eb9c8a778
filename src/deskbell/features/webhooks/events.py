"""What happens to webhooks."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import DomainEvent

__all__ = ["IncomingSecretRotated", "WebhookEvent", "WebhookRegistered", "WebhookRemoved"]


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

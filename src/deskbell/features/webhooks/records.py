"""Outgoing webhooks as they are registered, and what was sent to them."""

from datetime import datetime
from typing import Final, Literal, get_args
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

__all__ = [
    "EVENT_TYPES",
    "TEST_TYPE",
    "Attempt",
    "Delivery",
    "DisabledReason",
    "DueDelivery",
    "EventType",
    "Webhook",
    "WebhookChanges",
]

EventType = Literal[
    "ticket.created", "ticket.updated", "ticket.assigned", "ticket.deleted", "ticket.restored", "ticket.purged",
    "comment.added", "comment.edited", "comment.deleted", "feedback.received", "sla.warning", "sla.breached",
    "member.added", "member.updated", "member.removed",
    "rule.fired", "rule.halted", "rule.failed", "rule.created", "rule.updated", "rule.deleted", "rule.restored",
    "rule.stopped", "rule.switched_off", "rule.undone",
    "follower.added", "follower.removed",
    "mail.received", "mail.quarantined", "mail.released", "mail.rejected", "mail.sent", "mail.failed", "mail.bounced",
    "mailbox.created", "mailbox.updated", "mailbox.deleted", "mailbox.failing", "mailbox.recovered",
]  # fmt: skip
DisabledReason = Literal["admin", "gone", "failing"]
EVENT_TYPES: Final[tuple[str, ...]] = get_args(EventType)
"""The event types that a webhook can select."""

TEST_TYPE: Final = "webhook.test"
"""The type of a test call, which no webhook can select."""


class Webhook(Struct, frozen=True, kw_only=True):
    """A registered receiver of events. Without event types it receives all; its secret is shown once.

    `failing_since` is the first failed attempt after the last that succeeded. `disabled_reason`: `admin` switched it off,
    the receiver said that it is `gone`, or it has been `failing` for too long.
    """

    id: UUID
    url: str
    event_types: list[str]
    include_internal: bool = False
    created_by: UUID | None
    created_at: datetime
    failing_since: datetime | None = None
    disabled_at: datetime | None
    disabled_reason: DisabledReason | None = None


class WebhookChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; what is UNSET stays."""

    url: str | UnsetType = UNSET
    event_types: list[str] | UnsetType = UNSET
    include_internal: bool | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class DueDelivery(Struct, frozen=True, kw_only=True):
    """One delivery taken for one attempt: number `attempts` in all, number `tries` of the present schedule."""

    organization_id: UUID
    id: UUID
    webhook_id: UUID
    url: str
    secret: str
    previous_secret: str | None
    type: str
    body: str
    tries: int
    attempts: int

    @property
    def secrets(self) -> list[str]:
        """The secrets that sign the attempt, newest first."""
        return [self.secret] if self.previous_secret is None else [self.secret, self.previous_secret]

    def __repr__(self) -> str:
        return f"DueDelivery({self.id}, attempt {self.attempts})"


class Attempt(Struct, frozen=True, kw_only=True):
    """One attempt to deliver: what was sent, what came back. Without an `error` it was delivered."""

    number: int
    at: datetime
    milliseconds: int
    request_headers: dict[str, str]
    status: int | None
    response_headers: dict[str, str]
    response_excerpt: str
    error: str | None


DeliveryState = Literal["pending", "delivered", "failed"]


class Delivery(Struct, frozen=True, kw_only=True):
    """One event on its way to one webhook, or a test call, which has no event."""

    id: UUID
    webhook_id: UUID
    event_id: int | None
    ticket_id: UUID | None
    type: str
    body: str
    state: DeliveryState
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None
    attempts: list[Attempt] = []

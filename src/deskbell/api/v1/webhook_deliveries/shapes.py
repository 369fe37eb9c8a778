"""v1: shapes of webhook deliveries."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.webhooks.records import Attempt, Delivery, DeliveryState


class AttemptRequest(Struct, frozen=True):
    """The request headers of an attempt. Signatures are masked."""

    headers: dict[str, str]


class AttemptResponse(Struct, frozen=True):
    """The receiver's response; its body is truncated."""

    status: int
    headers: dict[str, str]
    body: str


class AttemptView(Struct, frozen=True, kw_only=True):
    """A delivery attempt. `error` is null on success; `response` is null if the receiver did not answer."""

    number: int
    at: datetime
    duration_ms: int
    request: AttemptRequest
    response: AttemptResponse | None
    error: str | None

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptView":
        response = None
        if attempt.status is not None:
            response = AttemptResponse(attempt.status, attempt.response_headers, attempt.response_excerpt)
        return cls(
            number=attempt.number, at=attempt.at, duration_ms=attempt.milliseconds,
            request=AttemptRequest(attempt.request_headers), response=response, error=attempt.error,
        )  # fmt: skip


class DeliveryView(Struct, frozen=True, kw_only=True):
    """An event on its way to a webhook. `event_id` is null for a test delivery; `body` is the request body."""

    id: UUID
    webhook_id: UUID
    event_id: str | None
    ticket_id: UUID | None
    type: str
    state: DeliveryState
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None
    body: dict[str, Any]
    attempts: list[AttemptView]

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryView":
        return cls(
            id=delivery.id, webhook_id=delivery.webhook_id,
            event_id=None if delivery.event_id is None else str(delivery.event_id), ticket_id=delivery.ticket_id,
            type=delivery.type, state=delivery.state, created_at=delivery.created_at,
            next_attempt_at=delivery.next_attempt_at, finished_at=delivery.finished_at,
            body=msgspec.json.decode(delivery.body), attempts=[AttemptView.of(each) for each in delivery.attempts],
        )  # fmt: skip

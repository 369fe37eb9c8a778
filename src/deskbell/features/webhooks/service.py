"""Commands on webhooks: register, change, rotate the secret, remove."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET

from deskbell.features.webhooks import policy
from deskbell.features.webhooks.events import (
    WebhookRegistered,
    WebhookRemoved,
    WebhookSecretRotated,
    WebhookUpdated,
)
from deskbell.features.webhooks.queries import registrations as queries
from deskbell.features.webhooks.records import EVENT_TYPES, Webhook, WebhookChanges
from deskbell.features.webhooks.signing import new_secret
from deskbell.features.webhooks.targets import AllowedHosts, TargetRefused, read_target
from deskbell.kernel.errors import Invalid, NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.references import gone

__all__ = ["OVERLAP", "etag", "get", "list_webhooks", "register", "remove", "rotate_secret", "update"]

OVERLAP: Final = timedelta(hours=24)
"""The time that a replaced secret still signs in addition to its successor."""


async def register(
    uow: UnitOfWork,
    url: str,
    event_types: list[str],
    allowed: AllowedHosts | None = None,
    *,
    include_internal: bool = False,
) -> tuple[Webhook, str]:
    """Registers a webhook and returns it with its secret, which is never shown again. Without event types it receives all.

    It receives internal notes only with `include_internal`. The actor must be allowed to read what it receives.
    Raises `Invalid` for an address that webhooks may not go
    to, and for unknown event types.
    """
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    _require(url, event_types, allowed)
    uow.actor.require(*policy.needed_for(event_types, include_internal=include_internal))
    webhook = Webhook(
        id=new_id(), url=url, event_types=list(dict.fromkeys(event_types)), include_internal=include_internal,
        created_by=uow.actor.user_id, created_at=uow.now, disabled_at=None,
    )  # fmt: skip
    secret = new_secret()
    await queries.add(uow.db, uow.actor.organization_id, webhook, secret)
    uow.record(WebhookRegistered(webhook_id=webhook.id, url=url, event_types=webhook.event_types))
    return webhook, secret


def _require(url: str | None, event_types: list[str], allowed: AllowedHosts | None) -> None:
    problems = [
        Problem.at(f"event_types.{i}", "enum", allowed=tuple(EVENT_TYPES))
        for i, kind in enumerate(event_types)
        if kind not in EVENT_TYPES
    ]
    try:
        if url is not None:
            read_target(url, allowed)
    except TargetRefused as refused:
        problems.insert(0, refused.problem)
    if problems:
        raise Invalid(problems)


async def list_webhooks(uow: UnitOfWork, page: PageRequest, *, in_force: bool = True) -> Page[Webhook]:
    """A part of the organization's webhooks, or of those that are in force, newest first, without their secrets."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    return await queries.list_webhooks(uow.db, page, in_force=in_force)


async def get(uow: UnitOfWork, webhook_id: UUID) -> Webhook:
    """One webhook, without its secret. Raises `NotFound`."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    webhook = await queries.find(uow.db, webhook_id)
    if webhook is None:
        raise NotFound("webhook")
    return webhook


def etag(webhook: Webhook) -> str:
    """The entity tag of a webhook: its address, what it receives, and whether it is on."""
    on = webhook.disabled_at is None
    return tag_of(webhook.url, webhook.event_types, webhook.include_internal, on)


async def update(
    uow: UnitOfWork,
    webhook_id: UUID,
    changes: WebhookChanges,
    allowed: AllowedHosts | None = None,
    expected_version: Precondition | None = None,
) -> Webhook:
    """Updates a webhook's URL, event types or enabled state. Setting a field to its present value changes nothing.

    Switching a webhook on again begins with a clean slate, and sends what was waiting when it was switched off. Raises
    `NotFound`, `StaleVersion`, `Invalid`.
    """
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    before = await _locked(uow, webhook_id, expected_version)
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    _require(given.get("url"), given.get("event_types", []), allowed)
    if "event_types" in given:
        given["event_types"] = list(dict.fromkeys(given["event_types"]))
    present: dict[str, Any] = {**msgspec.structs.asdict(before), "enabled": before.disabled_at is None}
    changes_made = {name: Change(present[name], value) for name, value in given.items() if value != present[name]}
    if not changes_made:
        return before
    fields = {name: change.now for name, change in changes_made.items() if name != "enabled"}
    if "enabled" in changes_made:
        switched_on = changes_made["enabled"].now
        fields |= {"disabled_at": None if switched_on else uow.now, "disabled_reason": None if switched_on else "admin"}
        fields |= {"failing_since": None} if switched_on else {}
    after = msgspec.structs.replace(before, **fields)
    uow.actor.require(*policy.needed_for(after.event_types, include_internal=after.include_internal))
    await queries.update(uow.db, after)
    uow.record(WebhookUpdated(webhook_id=webhook_id, changes=changes_made))
    return after


async def rotate_secret(uow: UnitOfWork, webhook_id: UUID) -> str:
    """A new secret, never shown again. For `OVERLAP` what is sent is signed under the present one as well.

    Rotating twice within that time ends the first secret immediately. Raises `NotFound`.
    """
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    secret = new_secret()
    if not await queries.rotate(uow.db, webhook_id, secret, uow.now + OVERLAP):
        raise NotFound("webhook")
    uow.record(WebhookSecretRotated(webhook_id=webhook_id))
    return secret


async def remove(uow: UnitOfWork, webhook_id: UUID, expected_version: Precondition | None = None) -> None:
    """Removes a webhook and its deliveries. Raises `NotFound`, `StaleVersion`."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    webhook = await _locked(uow, webhook_id, expected_version)
    await queries.remove(uow.db, webhook.id)
    await gone(uow, "webhook", webhook.id)
    uow.record(WebhookRemoved(webhook_id=webhook.id, url=webhook.url))


async def _locked(uow: UnitOfWork, webhook_id: UUID, expected_version: Precondition | None) -> Webhook:
    webhook = await queries.lock(uow.db, webhook_id)
    if webhook is None:
        raise NotFound("webhook")
    if expected_version is not None:
        expected_version.demand(etag(webhook), webhook)
    return webhook

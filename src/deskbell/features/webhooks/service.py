"""Registering programs that are told of events. Telling them is the delivery's part."""

from uuid import UUID

from deskbell.features.webhooks import queries
from deskbell.features.webhooks.events import WebhookRegistered, WebhookRemoved
from deskbell.features.webhooks.records import EVENT_TYPES, Webhook
from deskbell.features.webhooks.signing import new_secret
from deskbell.features.webhooks.targets import AllowedHosts, TargetRefused, read_target
from deskbell.kernel.errors import FieldProblem, Invalid, NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["list_webhooks", "register", "remove"]


async def register(
    uow: UnitOfWork, url: str, event_types: list[str], allowed: AllowedHosts | None = None
) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is never shown again. Without event types it is told of all.

    Raises `Invalid` for an address that webhooks may not go to, and for unknown event types.
    """
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    problems = [
        FieldProblem(f"event_types.{i}", f"Must be one of: {', '.join(EVENT_TYPES)}")
        for i, kind in enumerate(event_types)
        if kind not in EVENT_TYPES
    ]
    try:
        read_target(url, allowed)
    except TargetRefused as refused:
        problems.insert(0, FieldProblem("url", f"Not accepted: {refused}"))
    if problems:
        raise Invalid(problems)
    webhook = Webhook(
        id=new_id(), url=url, event_types=list(dict.fromkeys(event_types)), created_by=uow.actor.user_id,
        created_at=uow.now, disabled_at=None,
    )  # fmt: skip
    secret = new_secret()
    await queries.add(uow.db, uow.actor.organization_id, webhook, secret)
    uow.record(WebhookRegistered(webhook_id=webhook.id, url=url, event_types=webhook.event_types))
    return webhook, secret


async def list_webhooks(uow: UnitOfWork, page: PageRequest) -> Page[Webhook]:
    """A part of the organization's webhooks that are in force, newest first, without their secrets."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    return await queries.list_active(uow.db, page)


async def remove(uow: UnitOfWork, webhook_id: UUID) -> None:
    """Tells a program nothing any more. Raises `NotFound`."""
    uow.actor.require(Permission.WEBHOOK_MANAGE)
    webhook = await queries.remove(uow.db, webhook_id)
    if webhook is None:
        raise NotFound("webhook")
    uow.record(WebhookRemoved(webhook_id=webhook.id, url=webhook.url))

"""A person's notifications and preferences: read, marked and changed by that person; made by the handlers."""

from collections.abc import Iterable
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.notifications import queries
from deskbell.features.notifications.events import (
    NotificationCreated,
    NotificationDeleted,
    NotificationPreferencesUpdated,
    NotificationsRead,
)
from deskbell.features.notifications.records import Notification, PreferenceChanges, Preferences, Recipient
from deskbell.kernel.errors import NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = [
    "Telling",
    "count_unread",
    "delete",
    "get_preferences",
    "list_own",
    "mark_all_read",
    "mark_read",
    "notify",
    "update_preferences",
]


class Telling(Struct, frozen=True, kw_only=True):
    """What is to be told, before it is known to whom."""

    kind: str
    event_id: int
    actor_id: UUID | None
    ticket_id: UUID | None
    comment_id: UUID | None = None
    title: str
    message: str


async def notify(
    uow: UnitOfWork, telling: Telling, people: Iterable[Recipient]
) -> list[tuple[Notification, Recipient]]:
    """Tells each person who wants it, never the one who did it, nobody twice; returns what is new."""
    made = []
    for person in {each.id: each for each in people}.values():
        if person.id == telling.actor_id or not person.preferences.wants(telling.kind):
            continue
        new = Notification(
            id=new_id(), user_id=person.id, kind=telling.kind, event_id=telling.event_id, actor_id=telling.actor_id,
            ticket_id=telling.ticket_id, comment_id=telling.comment_id, title=telling.title, message=telling.message,
            created_at=uow.now, read_at=None,
        )  # fmt: skip
        if await queries.add(uow.db, uow.actor.organization_id, new):
            uow.record(NotificationCreated(notification_id=new.id, user_id=person.id, kind=new.kind))
            made.append((new, person))
    return made


async def list_own(uow: UnitOfWork, page: PageRequest, *, unread: bool = False) -> Page[Notification]:
    """A page of the actor's notifications, newest first."""
    uow.actor.require(Permission.NOTIFICATION_READ)
    return await queries.list_own(uow.db, uow.actor, page, unread=unread)


async def count_unread(uow: UnitOfWork) -> int:
    """How many of the actor's notifications are unread."""
    uow.actor.require(Permission.NOTIFICATION_READ)
    return await queries.count_unread(uow.db, uow.actor)


async def mark_read(uow: UnitOfWork, notification_id: UUID) -> Notification:
    """Marks one of the actor's as read; one that is read stays as it is. Raises `NotFound`."""
    uow.actor.require(Permission.NOTIFICATION_READ)
    found = await queries.mark_read(uow.db, uow.actor, notification_id, uow.now)
    if found is None:
        raise NotFound("notification")
    notification, was_unread = found
    if was_unread:
        uow.record(NotificationsRead(user_id=uow.actor.id, notification_ids=[notification.id]))
    return notification


async def mark_all_read(uow: UnitOfWork) -> int:
    """Marks all of the actor's as read; returns how many were unread."""
    uow.actor.require(Permission.NOTIFICATION_READ)
    ids = await queries.mark_all_read(uow.db, uow.actor.id, uow.now)
    if ids:
        uow.record(NotificationsRead(user_id=uow.actor.id, notification_ids=ids))
    return len(ids)


async def delete(uow: UnitOfWork, notification_id: UUID) -> None:
    """Removes one of the actor's. Raises `NotFound`."""
    uow.actor.require(Permission.NOTIFICATION_READ)
    if not await queries.remove(uow.db, uow.actor.id, notification_id):
        raise NotFound("notification")
    uow.record(NotificationDeleted(notification_id=notification_id, user_id=uow.actor.id))


async def get_preferences(uow: UnitOfWork) -> Preferences:
    """What the actor wants to be told."""
    uow.actor.require(Permission.PROFILE)
    return await queries.find_preferences(uow.db, uow.actor.id)


async def update_preferences(uow: UnitOfWork, changes: PreferenceChanges) -> Preferences:
    """Sets the given preferences of the actor. What is set to its present value is no change."""
    uow.actor.require(Permission.PROFILE)
    before = await queries.find_preferences(uow.db, uow.actor.id)
    given = {
        name: value
        for name in changes.__struct_fields__
        if (value := getattr(changes, name)) is not msgspec.UNSET and value != getattr(before, name)
    }
    if not given:
        return before
    after = msgspec.structs.replace(before, **given)
    await queries.save_preferences(uow.db, uow.actor.organization_id, uow.actor.id, after, uow.now)
    told = {name: Change(getattr(before, name), value) for name, value in given.items()}
    uow.record(NotificationPreferencesUpdated(user_id=uow.actor.id, changes=told))
    return after

"""Notifications and preferences of the actor, and `notify`, which the handlers use."""

from collections.abc import Iterable
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.mail.queries import outgoing
from deskbell.features.notifications import queries
from deskbell.features.notifications.events import (
    NotificationCreated,
    NotificationDeleted,
    NotificationPreferencesUpdated,
    NotificationsRead,
)
from deskbell.features.notifications.records import Kind, Notification, PreferenceChanges, Preferences, Recipient
from deskbell.features.organizations.queries import find_language
from deskbell.kernel.access import anyone, step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.ids import read_unsubscribe_token, unsubscribes
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.messages import sentence


class NotificationContent(Struct, frozen=True, kw_only=True):
    """The content of a notification, before its recipients are known."""

    kind: Kind
    event_id: int
    actor_id: UUID | None
    ticket_id: UUID | None
    comment_id: UUID | None = None
    title: Problem
    """The code of a sentence and its parameters; it is stored in the organization's language."""
    message: str


@step("reactions to events")
async def notify(
    uow: UnitOfWork, content: NotificationContent, people: Iterable[Recipient]
) -> list[tuple[Notification, Recipient]]:
    """Notifies each of these people who wants it, except the event's actor; returns the new notifications."""
    created = []
    wanting = [
        person
        for person in {each.id: each for each in people}.values()
        if person.id != content.actor_id and person.preferences.wants(content.kind)
    ]
    title = sentence(content.title, await find_language(uow.db)) if wanting else ""
    for person in wanting:
        new = Notification(
            id=new_id(), user_id=person.id, kind=content.kind, event_id=content.event_id, actor_id=content.actor_id,
            ticket_id=content.ticket_id, comment_id=content.comment_id, title=title, message=content.message,
            created_at=uow.now, read_at=None,
        )  # fmt: skip
        if await queries.add(uow.db, uow.actor.organization_id, new):
            uow.record(NotificationCreated(notification_id=new.id, user_id=person.id, kind=new.kind))
            created.append((new, person))
    return created


async def list_own(uow: UnitOfWork, page: PageRequest, *, unread: bool = False) -> Page[Notification]:
    """A page of the actor's notifications, newest first."""
    uow.actor.require(Permission.NOTIFICATION_READ)
    return await queries.list_own(uow.db, uow.actor, page, unread=unread)


async def count_unread(uow: UnitOfWork) -> int:
    """The number of the actor's unread notifications."""
    uow.actor.require(Permission.NOTIFICATION_READ)
    return await queries.count_unread(uow.db, uow.actor)


async def mark_read(uow: UnitOfWork, notification_id: UUID) -> Notification:
    """Marks one of the actor's notifications as read; a repeat changes nothing. Raises `NotFound`."""
    uow.actor.require(Permission.NOTIFICATION_READ)
    found = await queries.mark_read(uow.db, uow.actor, notification_id, uow.now)
    if found is None:
        raise NotFound("notification")
    notification, was_unread = found
    if was_unread:
        uow.record(NotificationsRead(user_id=uow.actor.id, notification_ids=[notification.id]))
    return notification


async def mark_all_read(uow: UnitOfWork) -> int:
    """Marks all of the actor's notifications as read; returns how many were unread."""
    uow.actor.require(Permission.NOTIFICATION_READ)
    ids = await queries.mark_all_read(uow.db, uow.actor.id, uow.now)
    if ids:
        uow.record(NotificationsRead(user_id=uow.actor.id, notification_ids=ids))
    return len(ids)


async def delete(uow: UnitOfWork, notification_id: UUID) -> None:
    """Deletes one of the actor's notifications. Raises `NotFound`."""
    uow.actor.require(Permission.NOTIFICATION_READ)
    if not await queries.remove(uow.db, uow.actor.id, notification_id):
        raise NotFound("notification")
    uow.record(NotificationDeleted(notification_id=notification_id, user_id=uow.actor.id))


@anyone("the token of a mail is the credential")
async def unsubscribe(uow: UnitOfWork, token: str) -> bool:
    """Ends mailed notifications for the person of a mail's token; False for a token that this server did not make."""
    parts = read_unsubscribe_token(token)
    if parts is None:
        return False
    organization_id, user_id, digest = parts
    await uow.enter(Actor.system(organization_id))
    if not unsubscribes(await outgoing.keys(uow.db), organization_id, user_id, digest):
        return False
    if not await queries.recipients(uow.db, [user_id]):
        return True
    await uow.begin()
    before = await queries.find_preferences(uow.db, user_id)
    if before.email_notifications:
        after = msgspec.structs.replace(before, email_notifications=False)
        await queries.save_preferences(uow.db, organization_id, user_id, after, uow.now)
        change = {"email_notifications": Change(before.email_notifications, after.email_notifications)}
        uow.record(NotificationPreferencesUpdated(user_id=user_id, changes=change))
    return True


async def get_preferences(uow: UnitOfWork) -> Preferences:
    """Returns the actor's preferences."""
    uow.actor.require(Permission.PROFILE)
    return await queries.find_preferences(uow.db, uow.actor.id)


async def update_preferences(uow: UnitOfWork, changes: PreferenceChanges) -> Preferences:
    """Sets the given preferences of the actor; equal values are no change."""
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
    recorded = {name: Change(getattr(before, name), value) for name, value in given.items()}
    uow.record(NotificationPreferencesUpdated(user_id=uow.actor.id, changes=recorded))
    return after

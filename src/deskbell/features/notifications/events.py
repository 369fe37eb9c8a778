"""Events of notifications. Only the recipient sees them."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutNotification(Struct, frozen=True, kw_only=True):
    """Fields of events about one notification. `user_id` is the recipient."""

    subject_type: ClassVar[str] = "notification"
    subject_key: ClassVar[str] = "notification_id"
    internal: ClassVar[bool] = True
    notification_id: UUID
    user_id: UUID


class NotificationCreated(AboutNotification, DomainEvent, frozen=True, kw_only=True):
    """A notification was created."""

    type: ClassVar[str] = "notification.created"
    kind: str


class NotificationDeleted(AboutNotification, DomainEvent, frozen=True, kw_only=True):
    """The recipient deleted it."""

    type: ClassVar[str] = "notification.deleted"


class NotificationsRead(DomainEvent, frozen=True, kw_only=True):
    """A user read one or more notifications."""

    type: ClassVar[str] = "notification.read"
    subject_type: ClassVar[str] = "member"
    subject_key: ClassVar[str] = "user_id"
    internal: ClassVar[bool] = True
    user_id: UUID
    notification_ids: list[UUID]


class NotificationPreferencesUpdated(DomainEvent, frozen=True, kw_only=True):
    """A user changed their notification preferences."""

    type: ClassVar[str] = "notification_preferences.updated"
    subject_type: ClassVar[str] = "member"
    subject_key: ClassVar[str] = "user_id"
    internal: ClassVar[bool] = True
    user_id: UUID
    changes: dict[str, Change]

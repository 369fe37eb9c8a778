"""What happens to notifications. Only the person they are for learns of it."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent

__all__ = [
    "NotificationCreated",
    "NotificationDeleted",
    "NotificationEvent",
    "NotificationPreferencesUpdated",
    "NotificationsRead",
]


class NotificationEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one notification. `user_id` is the person it is for."""

    subject_type: ClassVar[str] = "notification"
    notification_id: UUID
    user_id: UUID

    @property
    def subject_id(self) -> UUID:
        """The notification."""
        return self.notification_id

    @property
    def internal(self) -> bool:
        """Between Deskbell and one person."""
        return True


class NotificationCreated(NotificationEvent, frozen=True, kw_only=True):
    """Somebody is told something."""

    type: ClassVar[str] = "notification.created"
    kind: str


class NotificationDeleted(NotificationEvent, frozen=True, kw_only=True):
    """The person removed it."""

    type: ClassVar[str] = "notification.deleted"


class NotificationsRead(DomainEvent, frozen=True, kw_only=True):
    """A person has read one or more notifications."""

    type: ClassVar[str] = "notification.read"
    subject_type: ClassVar[str] = "member"
    user_id: UUID
    notification_ids: list[UUID]

    @property
    def subject_id(self) -> UUID:
        """The person."""
        return self.user_id

    @property
    def internal(self) -> bool:
        """Between Deskbell and one person."""
        return True


class NotificationPreferencesUpdated(DomainEvent, frozen=True, kw_only=True):
    """A person wants to be told of more or less."""

    type: ClassVar[str] = "notification_preferences.updated"
    subject_type: ClassVar[str] = "member"
    user_id: UUID
    changes: dict[str, Change]

    @property
    def subject_id(self) -> UUID:
        """The person."""
        return self.user_id

    @property
    def internal(self) -> bool:
        """Between Deskbell and one person."""
        return True

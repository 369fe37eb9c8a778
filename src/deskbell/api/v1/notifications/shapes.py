"""v1: shapes of notifications."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.api.v1.envelope import Pagination
from deskbell.features.notifications.records import Kind, Notification, link_to


class NotificationView(Struct, frozen=True, kw_only=True):
    """A notification. `link` is a path in the web app."""

    id: UUID
    type: Kind
    title: str
    message: str
    read: bool
    read_at: datetime | None
    link: str
    ticket_id: UUID | None
    comment_id: UUID | None
    created_at: datetime

    @classmethod
    def of(cls, notification: Notification) -> "NotificationView":
        return cls(
            id=notification.id, type=notification.kind, title=notification.title, message=notification.message,
            read=notification.read_at is not None, read_at=notification.read_at,
            link=link_to(notification), ticket_id=notification.ticket_id, comment_id=notification.comment_id,
            created_at=notification.created_at,
        )  # fmt: skip


class NotificationPage(Struct, frozen=True):
    """A page of your notifications, newest first. `unread` counts all unread ones."""

    data: list[NotificationView]
    pagination: Pagination
    unread: int
    success: bool = True


class ReadAll(Struct, frozen=True):
    """The number of notifications that were marked as read."""

    updated: int

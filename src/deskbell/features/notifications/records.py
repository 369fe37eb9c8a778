"""Notifications and preferences."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.permissions import STAFF_ROLES, Role

Kind = Literal[
    "ticket_assigned",
    "ticket_updated",
    "mention",
    "sla_warning",
    "sla_breach",
    "feedback",
    "webhook_disabled",
    "rule",
    "rule_stopped",
    "mail_failed",
    "mail_quarantined",
    "mail_command",
    "mail_loop",
    "mail_mailbox",
    "mail_waiting",
]


class Notification(Struct, frozen=True, kw_only=True):
    """A notification of one user. `event_id` is the journal event that caused it."""

    id: UUID
    user_id: UUID
    kind: Kind
    event_id: int
    actor_id: UUID | None
    ticket_id: UUID | None
    comment_id: UUID | None
    title: str
    message: str
    created_at: datetime
    read_at: datetime | None


class Preferences(Struct, frozen=True, kw_only=True):
    """The notifications that a user wants. A kind that is off is not shown in the app either."""

    email_notifications: bool = True
    desktop_notifications: bool = True
    ticket_updates: bool = True
    ticket_assignments: bool = True
    mentions: bool = True
    daily_summary: bool = False

    def wants(self, kind: str) -> bool:
        """Whether a kind of notification is created. Service levels and feedback count as ticket updates.

        A disabled webhook, a stopped rule, and mail that failed, waits or loops always create one: their work is not done.
        """
        match kind:
            case "ticket_assigned":
                return self.ticket_assignments
            case "mention":
                return self.mentions
            case (
                "webhook_disabled"
                | "rule_stopped"
                | "mail_failed"
                | "mail_quarantined"
                | "mail_command"
                | "mail_loop"
                | "mail_mailbox"
                | "mail_waiting"
            ):
                return True
            case _:
                return self.ticket_updates


class PreferenceChanges(Struct, frozen=True, kw_only=True):
    """New values of some preferences; UNSET leaves a preference unchanged."""

    email_notifications: bool | UnsetType = UNSET
    desktop_notifications: bool | UnsetType = UNSET
    ticket_updates: bool | UnsetType = UNSET
    ticket_assignments: bool | UnsetType = UNSET
    mentions: bool | UnsetType = UNSET
    daily_summary: bool | UnsetType = UNSET


class Recipient(Struct, frozen=True):
    """A member who may be notified, with their stored preferences, if any."""

    id: UUID
    name: str
    email: str
    role: Role
    chosen: Preferences | None = None

    @property
    def preferences(self) -> Preferences:
        """The stored preferences, else the defaults."""
        return self.chosen or Preferences()

    @property
    def is_staff(self) -> bool:
        """Whether the role is one of the staff's."""
        return self.role in STAFF_ROLES


def link_to(notification: Notification) -> str:
    """The path of the web app's page for a notification."""
    if notification.kind == "webhook_disabled":
        return "/desk/admin/webhooks"
    if notification.ticket_id is None:
        return "/desk/"
    comment = f"#comment-{notification.comment_id}" if notification.comment_id else ""
    return f"/desk/tickets/{notification.ticket_id}{comment}"

"""The texts of the mails that notifications become."""

from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from deskbell.features.notifications.records import Notification, Recipient, link_to
from deskbell.features.tickets.records import Comment, Ticket
from deskbell.runtime.mail import OutgoingMail

__all__ = ["compose", "decode"]

T = TypeVar("T")


def decode(payload: bytes, shape: type[T]) -> T:
    """A job's payload."""
    return msgspec.json.decode(payload, type=shape)


def compose(
    notification: Notification, person: Recipient, ticket: Ticket | None, comment: Comment | None, base_url: str
) -> OutgoingMail:
    """The mail. Everything about one ticket hangs together by its `References`, and its number is in each subject."""
    host = urlsplit(base_url).hostname or "localhost"
    subject = f"[#{ticket.number}] {ticket.subject}" if ticket is not None else notification.title
    words = comment.body if comment is not None else notification.message
    lines = [
        f"Hello {person.name},",
        f"{notification.title}:",
        words,
        f"{base_url.rstrip('/')}{link_to(notification)}",
        "You can choose in your settings which of these mails you get.",
    ]
    headers = {}
    if ticket is not None:
        anchor = f"<ticket.{ticket.id}@{host}>"
        headers = {"References": anchor, "In-Reply-To": anchor}
    return OutgoingMail(
        to=person.email,
        subject=subject,
        text="\n\n".join(lines) + "\n",
        headers=headers,
        message_id=f"<notification.{notification.id}@{host}>",
    )

"""The mails that notifications become."""

from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from deskbell.features.notifications.records import Notification, Recipient
from deskbell.features.tickets.records import Comment, Ticket
from deskbell.runtime.mail import OutgoingMail
from deskbell.runtime.mail_templates import MailTemplates

T = TypeVar("T")

_MAILS: Final = MailTemplates("deskbell.features.notifications")


def decode(payload: bytes, shape: type[T]) -> T:
    """A job's payload."""
    return msgspec.json.decode(payload, type=shape)


def compose(
    notification: Notification,
    person: Recipient,
    ticket: Ticket | None,
    comment: Comment | None,
    base_url: str,
    language: str,
) -> OutgoingMail:
    """The mail; staff get a link into the agents' app.

    Mails about one ticket form a thread by their `References`, and have its number in their subject.
    """
    host = urlsplit(base_url).hostname or "localhost"
    headers = {}
    if ticket is not None:
        anchor = f"<ticket.{ticket.id}@{host}>"
        headers = {"References": anchor, "In-Reply-To": anchor}
    values = {
        "name": person.name,
        "title": notification.title,
        "ticket": ticket,
        "words": comment.body if comment is not None else notification.message,
        "url": f"{base_url.rstrip('/')}{link_to(notification)}" if person.is_staff else "",
    }
    message_id = f"<notification.{notification.id}@{host}>"
    return _MAILS.compose("notification", language, person.email, values, headers=headers, message_id=message_id)

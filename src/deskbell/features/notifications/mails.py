"""The mails that notifications become."""

from typing import Final, TypeVar

import msgspec

from deskbell.features.mail.service.sending import Notice
from deskbell.features.notifications.records import Notification, Recipient, link_to
from deskbell.features.tickets.records import Comment, Ticket
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
) -> Notice:
    """The mail's words. To the staff, its first line says what an answer becomes, and it links to their app."""
    answer = None
    if ticket is not None and person.is_staff:
        answer = "note" if comment is not None and not comment.public else "reply"
    values = {
        "name": person.name,
        "title": notification.title,
        "ticket": ticket,
        "words": comment.body if comment is not None else notification.message,
        "url": f"{base_url.rstrip('/')}{link_to(notification)}" if person.is_staff else "",
        "answer": answer,
    }
    mail = _MAILS.compose("notification", language, person.email, values)
    return Notice(
        notification_id=notification.id, ticket_id=None if ticket is None else ticket.id,
        comment_id=None if comment is None else comment.id, subject=mail.subject, words=mail.text, language=language,
    )  # fmt: skip

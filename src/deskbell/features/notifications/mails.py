"""The mails that notifications become."""

from html import escape
from typing import Final, TypeVar

import msgspec

from deskbell.features.mail.service.sending import Notice
from deskbell.features.mail.service.templates import rendered
from deskbell.features.mail.templates import TemplateKind
from deskbell.features.notifications.records import Notification, Recipient, link_to
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.markdown import to_html
from deskbell.runtime.messages import language_of

T = TypeVar("T")

_ANSWER: Final = {
    ("en", True): "Your answer to this mail goes to the customer.",
    ("en", False): "Your answer to this mail becomes an internal note.",
    ("de", True): "Ihre Antwort auf diese Mail geht an den Kunden.",
    ("de", False): "Ihre Antwort auf diese Mail wird eine interne Notiz.",
}
"""The first line of a mail to staff: no template can leave it out."""


def decode(payload: bytes, shape: type[T]) -> T:
    """A job's payload."""
    return msgspec.json.decode(payload, type=shape)


@step("`mail_notification`")
async def compose(
    uow: UnitOfWork, notification: Notification, person: Recipient, ticket: Ticket | None, comment: Comment | None,
    base_url: str, language: str,
) -> Notice:  # fmt: skip
    """The mail's words. To the staff, its first line says what an answer becomes, and it links to their app."""
    words, words_html = notification.message, f"<p>{escape(notification.message)}</p>"
    if comment is not None:
        words, words_html = comment.body, comment.body_html or to_html(comment.body)
    about = {"title": notification.title, "words": words}
    if person.is_staff:
        about["link"] = f"{base_url.rstrip('/')}{link_to(notification)}"
    kind: TemplateKind = "staff_notification" if person.is_staff else "customer_notification"
    own = {"notification": about, "person": {"name": person.name}}
    texts = await rendered(uow, kind, language, ticket, own, words_html)
    text, html = texts.text, texts.html
    if ticket is not None and person.is_staff:
        answer = _ANSWER[language_of(language), comment is None or comment.public]
        text, html = f"{answer}\n\n{text}", f"<p><em>{answer}</em></p>\n{html}"
    return Notice(
        notification_id=notification.id, ticket_id=None if ticket is None else ticket.id,
        comment_id=None if comment is None else comment.id,
        subject=notification.title if ticket is None else ticket.subject, words=text, words_html=html, language=language,
    )  # fmt: skip

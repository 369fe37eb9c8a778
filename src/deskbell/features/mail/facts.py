"""The facts that a mail is made from."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.mail.outgoing import AnsweredWords, Delivery, KnownId, OutgoingMail, Sender
from deskbell.features.mail.templates import TemplateTexts
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.records import Ticket


class Facts(Struct, frozen=True, kw_only=True):
    """The facts that a mail is made from, as read in one unit."""

    mail: OutgoingMail
    people: list[Delivery]
    mailbox: Sender
    organization_id: UUID
    organization: str
    keys: list[bytes]
    ticket: Ticket | None
    comment: Comment | None
    is_to_staff: bool
    first_id: str | None = None
    known: list[KnownId] = []
    """The ids of earlier mails that the first recipient has, the newest first."""
    answered: list[AnsweredWords] = []
    """The words that the mail quotes, the newest first."""
    signature: str = ""
    """That of the reply's author."""
    texts: TemplateTexts | None = None
    """The template of a reply."""
    content: bytes | None = None
    revision: int = 0
    """That of the ticket's reply tokens."""

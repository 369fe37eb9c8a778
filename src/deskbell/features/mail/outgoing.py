"""Rows of outgoing mails and their deliveries, and what a mail is made from."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.permissions import STAFF_ROLES, Role

DeliveryState = Literal["queued", "delayed", "sent", "bounced", "failed", "suppressed", "cancelled"]
Field = Literal["to", "cc"]
Suppression = Literal["bounce", "complaint", "manual"]


class OutgoingMail(Struct, frozen=True, kw_only=True):
    """A mail that goes out: a public reply to all who take part in its ticket, or a notice to one person.

    `subject` is that of the conversation, without "Re:" and tag. `words` are a notice's; those of a reply are its comment's.
    """

    id: UUID
    kind: Literal["reply", "notice"]
    ticket_id: UUID | None
    comment_id: UUID | None
    notification_id: UUID | None
    mailbox_id: UUID | None
    language: str
    subject: str
    words: str | None
    words_html: str | None = None
    created_at: datetime
    automatic: bool = False
    message_id: str | None = None
    quote: Literal["none", "one", "all"] | None = None


class Addressee(Struct, frozen=True, kw_only=True):
    """A person who gets a mail."""

    recipient_id: UUID | None
    name: str
    address: str
    field: Field
    role: Role = Role.CUSTOMER

    @property
    def is_staff(self) -> bool:
        """Whether the role is one of the staff's."""
        return self.role in STAFF_ROLES


class NewDelivery(Struct, frozen=True, kw_only=True):
    """A delivery as it is written first."""

    id: UUID
    recipient_id: UUID | None
    name: str
    address: str
    field: Field
    state: DeliveryState
    next_try_at: datetime | None
    finished_at: datetime | None


class Delivery(Struct, frozen=True, kw_only=True):
    """A mail on its way to one recipient. `answer` is the mail server's last one, or what a report says."""

    id: UUID
    mail_id: UUID
    recipient_id: UUID | None
    name: str
    address: str
    field: Field
    state: DeliveryState
    tries: int
    next_try_at: datetime | None
    answer_code: int | None
    answer: str | None
    created_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None


class ReplyDelivery(Delivery, frozen=True, kw_only=True):
    """A delivery of the mail that brings a comment."""

    comment_id: UUID


class DueDelivery(Struct, frozen=True, kw_only=True):
    """A delivery that was claimed for attempt number `tries`."""

    organization_id: UUID
    id: UUID
    mail_id: UUID
    address: str
    tries: int
    first_tried_at: datetime


class Ready(Struct, frozen=True):
    """A mail to be handed over: its bytes, and the addresses of its envelope."""

    content: bytes
    sender: str
    recipient: str


class Sender(Struct, frozen=True, kw_only=True):
    """A mailbox as outgoing mail knows it; without an address, mail goes out under the server's own."""

    id: UUID
    name: str
    address: str | None
    separator: str
    sender_form: Literal["person", "mailbox"]
    signature: str
    quote: Literal["none", "one", "all"]
    subject_tag: Literal["auto", "always", "never"]
    language: str | None

    def with_word(self, word: str) -> str | None:
        """The mailbox's address with a token; None where it takes none."""
        if not self.address or not self.separator:
            return None
        local, _, domain = self.address.rpartition("@")
        return f"{local}{self.separator}{word}@{domain}"

    @property
    def is_tagged(self) -> bool:
        """Whether subjects carry the ticket's number."""
        return self.subject_tag == "always" or (self.subject_tag == "auto" and not (self.address and self.separator))


class Recipient(Struct, frozen=True, kw_only=True):
    """A recipient of the next public reply of a ticket. `suppressed` is why an address gets no mail."""

    user_id: UUID | None
    name: str
    address: str
    field: Field
    suppressed: Suppression | None


class AnsweredWords(Struct, frozen=True):
    """Words of a conversation that a reply quotes."""

    name: str
    at: datetime
    body: str


class KnownId(Struct, frozen=True):
    """A Message-ID of a ticket's mail that a recipient has."""

    message_id: str
    at: datetime


class SentFile(Struct, frozen=True, kw_only=True):
    """A file that a mail brings. `content` is None for one that is too large for mail."""

    file_id: UUID
    name: str
    mime_type: str
    content: bytes | None

"""Events of received mail. Internal: customers learn of the comments alone."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import DomainEvent


class AboutMail(Struct, frozen=True, kw_only=True):
    """Fields of events about one received mail."""

    subject_type: ClassVar[str] = "mail"
    subject_key: ClassVar[str] = "mail_id"
    internal: ClassVar[bool] = True
    mail_id: UUID
    mailbox_id: UUID | None = None
    reason: str | None = None


class MailReceived(AboutMail, DomainEvent, frozen=True, kw_only=True):
    """A mail has found its state; `comment_id` is None where it became the description of a ticket."""

    type: ClassVar[str] = "mail.received"
    state: str
    on_ticket_id: UUID | None = None
    comment_id: UUID | None = None


class MailQuarantined(AboutMail, DomainEvent, frozen=True, kw_only=True):
    """A mail waits for a decision by staff."""

    type: ClassVar[str] = "mail.quarantined"

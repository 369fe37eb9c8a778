"""Rows of the mail log, and results of commands on quarantined mail."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.mail.outgoing import Delivery, DeliveryState, ReplyDelivery
from deskbell.features.mail.records import Class, Source, State, Verdict


class LoggedMail(Struct, frozen=True, kw_only=True):
    """A received mail as the log shows it. `kind` is its class: person, automatic, auto_reply, own_mail or bounce."""

    id: UUID
    mailbox_id: UUID | None
    source: Source
    from_name: str
    from_address: str | None
    to_addresses: list[str]
    cc_addresses: list[str]
    subject: str
    sent_at: datetime | None
    message_id: str | None
    size: int
    kind: Class | None
    verdict: Verdict | None
    evidence: str | None
    state: State
    reason: str | None
    ticket_id: UUID | None
    comment_id: UUID | None
    duplicate_of: UUID | None
    sender_id: UUID | None
    arrived_at: datetime
    done_at: datetime | None


class MailFilter(Struct, frozen=True, kw_only=True):
    """The mails of a list; None does not filter."""

    state: State | None = None
    reason: str | None = None
    mailbox_id: UUID | None = None


class ShownMail(Struct, frozen=True, kw_only=True):
    """The mail that a comment or description came by, as shown with it."""

    id: UUID
    ticket_id: UUID
    comment_id: UUID | None
    from_name: str
    from_address: str | None
    to_addresses: list[str]
    cc_addresses: list[str]
    subject: str
    sent_at: datetime | None
    verdict: Verdict | None
    kind: Class | None
    state: State


class ConversationMails(Struct, frozen=True, kw_only=True):
    """The mails of a conversation for those who may read mail. A comment that is not mailed has no `deliveries`."""

    deliveries: dict[UUID, list[ReplyDelivery]]
    received: dict[UUID, ShownMail]
    """By comment; that of the description by ticket."""


UnsentState = Literal["queued", "delayed", "failed", "bounced"]


class UnsentMail(Delivery, frozen=True, kw_only=True):
    """A delivery that waits or has failed, with its mail: a `reply`, which can be offered again, or a `notice`."""

    kind: Literal["reply", "notice"]
    subject: str
    ticket_id: UUID | None
    ticket_number: int | None
    comment_id: UUID | None


class SentMail(Struct, frozen=True, kw_only=True):
    """A mail that brought a reply, with its way to each recipient."""

    id: UUID
    subject: str
    message_id: str | None
    created_at: datetime
    deliveries: list[Delivery]


class Suppressed(Struct, frozen=True, kw_only=True):
    """An address that no mail is sent to."""

    address: str
    reason: Literal["bounce", "complaint", "manual"]
    evidence: str
    created_by: UUID | None
    created_at: datetime


Standing = Literal["blocked", "trusted"]


class KnownSender(Struct, frozen=True, kw_only=True):
    """A sender that staff decided about, or a whole domain as `@example.com`.

    Mail of a blocked one is refused. That of a trusted one becomes a ticket although it fails DMARC, is automatic, or comes in
    great numbers; it still proves nothing, so it joins no conversation that others may not join.
    """

    address: str
    standing: Standing
    created_by: UUID | None
    created_at: datetime


class MailFigures(Struct, frozen=True, kw_only=True):
    """The state of an organization's mail. `oldest_waiting` is the arrival of the oldest mail that is not filed yet."""

    waiting: int
    oldest_waiting: datetime | None
    quarantined: int
    queued: int
    delayed: int
    failed: int
    """In the last day, with those that bounced."""
    suppressed: int


class WaitingMail(Struct, frozen=True, kw_only=True):
    """A stored mail that is not filed yet."""

    id: UUID
    source: Source
    size: int
    tries: int
    arrived_at: datetime
    next_try_at: datetime


class WaitingDelivery(Struct, frozen=True, kw_only=True):
    """A mail on its way to one recipient, with the mail server's last answer."""

    id: UUID
    address: str
    state: DeliveryState
    tries: int
    answer_code: int | None
    answer: str | None
    created_at: datetime
    next_try_at: datetime

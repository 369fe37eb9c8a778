"""Rows of mailboxes and received mails, and the results of filing them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.mail.authentication import Seal
from deskbell.kernel.mail.records import ReadMail
from deskbell.kernel.words import Priority

Source = Literal["smtp", "lmtp", "imap", "command"]
State = Literal["received", "created", "appended", "ignored", "rejected", "bounce", "duplicate", "quarantined"]
Verdict = Literal["pass", "fail", "none"]
Class = Literal["person", "automatic", "auto_reply", "own_mail", "bounce"]


class OwnAddress(Struct, frozen=True, kw_only=True):
    """An address of a mailbox, with the group whose tickets its mail becomes, if that is not the mailbox's."""

    address: str
    group_id: UUID | None = None
    group_name: str | None = None


class Mailbox(Struct, frozen=True, kw_only=True):
    """Settings for the mail of some addresses."""

    id: UUID
    name: str
    enabled: bool
    group_id: UUID | None
    priority: Priority
    tags: list[str]
    language: str | None
    follow_up_days: int
    automatic_mail: Literal["ticket", "ignore", "quarantine"]
    failed_mail: Literal["ticket", "quarantine"]
    copies_follow: bool
    token_admits: bool
    internal_networks: list[str]
    exempt_senders: list[str]
    form_senders: list[str]
    trusted_servers: list[str]
    trusted_sealers: list[str]
    acknowledge: Literal["never", "proven", "always"]
    tickets_per_hour: int = 30
    report_tickets: bool = False
    imap_host: str | None = None
    organization_language: str = "en"
    own_addresses: list[OwnAddress] = []
    last_taken_at: datetime | None = None


class NewMail(Struct, frozen=True, kw_only=True):
    """A mail as a receiver took it: its bytes, or their key in the storage if they are large, and its envelope.

    `message_id` finds it until it is read.

    A `rejected` one is too large and has neither; a `quarantined` one was not handed out by its server.
    """

    id: UUID
    source: Source
    size: int
    raw_digest: bytes
    raw: bytes | None = None
    raw_key: str | None = None
    message_id: str | None = None
    state: Literal["received", "rejected", "quarantined"] = "received"
    reason: str | None = None
    mailbox_id: UUID | None = None
    envelope_from: str | None = None
    envelope_to: list[str] = []
    peer: str | None = None


class ReceivedMail(Struct, frozen=True, kw_only=True):
    """A received mail. `state` is final unless it is `received`; `reason` is a code."""

    id: UUID
    mailbox_id: UUID | None
    state: State
    reason: str | None
    tries: int
    duplicate_of: UUID | None
    from_address: str | None
    subject: str
    ticket_id: UUID | None
    comment_id: UUID | None
    arrived_at: datetime
    ticket_number: int | None = None
    released_by: UUID | None = None
    as_ticket: bool = False
    source: Source = "command"
    peer: str | None = None
    envelope_to: list[str] = []


class StoredContent(Struct, frozen=True, kw_only=True):
    """The bytes of a stored mail, or their key in the storage, and the way it came.

    `as_ticket`: a person makes a ticket of it, although it was held back for `reason`.
    """

    raw: bytes | None
    raw_key: str | None
    source: Source
    peer: str | None
    mailbox_id: UUID | None = None
    reason: str | None = None
    as_ticket: bool = False


class StoredPart(Struct, frozen=True, kw_only=True):
    """A file of a mail whose content is in the storage under `storage_key`; `size` in bytes.

    `number` is that of the part. Hidden parts are in the raw mail alone.
    """

    number: int
    file_id: UUID
    storage_key: str
    name: str
    mime_type: str
    size: int
    sha256: bytes
    content_id: str | None
    inline: bool


class Judged(Struct, frozen=True, kw_only=True):
    """A mail that was read, with what its headers prove.

    `message_ids` are those it answers, the most specific first: In-Reply-To, then References from the newest back. An id of
    our own form is among them only if its check value is right. `ticket_numbers` come from valid reply tokens and subject
    tags; `token_numbers` are those from tokens. `staff_token`: it answers mails that were sent to this member of the staff;
    `staff_answers` has the numbers of those mails' tickets, and what an answer to each becomes. `bounced_number` is the ticket
    of a bounce token. `is_by_unknown_list`: a list that the mailbox does not know wrote it in its author's name.
    `seals`: those of its forwarders (ARC), the newest first, if we have verified all of them.
    """

    mail: ReadMail
    kind: Class = "person"
    verdict: Verdict = "none"
    evidence: str | None = None
    message_ids: list[str] = []
    ticket_numbers: list[int] = []
    staff_token: UUID | None = None
    staff_answers: dict[int, Literal["reply", "note"]] = {}
    token_numbers: list[int] = []
    bounced_number: int | None = None
    is_by_unknown_list: bool = False
    seals: list[Seal] = []
    parts: list[StoredPart] = []


class Outcome(Struct, frozen=True, kw_only=True):
    """The end of a mail's way in."""

    state: State
    reason: str | None = None
    ticket_id: UUID | None = None
    comment_id: UUID | None = None
    sender_id: UUID | None = None
    duplicate_of: UUID | None = None


class Filed(Struct, frozen=True):
    """A mail in its final state, and the number of its ticket."""

    mail: ReceivedMail
    ticket_number: int | None

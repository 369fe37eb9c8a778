"""Mailboxes as admins set them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.words import Priority

MailRule = Literal["ticket", "ignore", "quarantine"]


class MailboxSettings(Struct, frozen=True, kw_only=True):
    """A mailbox with everything that an admin sets. `addresses` begin with the one that mail goes out under.

    `address_groups` has the addresses whose mail becomes tickets of another group than the mailbox's.
    """

    id: UUID
    name: str
    is_default: bool = False
    enabled: bool = True
    group_id: UUID | None = None
    priority: Priority = Priority.NORMAL
    tags: list[str] = []
    language: str | None = None
    separator: Literal["+", "-", ""] = "+"
    follow_up_days: int = 7
    automatic_mail: MailRule = "ticket"
    failed_mail: Literal["ticket", "quarantine"] = "ticket"
    copies_follow: bool = True
    token_admits: bool = False
    each_mailbox: bool = False
    trusted_servers: list[str] = []
    trusted_sealers: list[str] = []
    exempt_senders: list[str] = []
    tickets_per_hour: int = 30
    report_tickets: bool = False
    form_senders: list[str] = []
    internal_networks: list[str] = []
    sender_form: Literal["person", "mailbox"] = "person"
    signature: str = ""
    acknowledge: Literal["never", "proven", "always"] = "never"
    quote: Literal["none", "one", "all"] = "one"
    subject_tag: Literal["auto", "always", "never"] = "auto"
    last_taken_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    addresses: list[str] = []
    address_groups: dict[str, UUID] = {}


class MailboxChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; what is UNSET stays."""

    name: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    group_id: UUID | UnsetType | None = UNSET
    priority: Priority | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    language: str | UnsetType | None = UNSET
    separator: Literal["+", "-", ""] | UnsetType = UNSET
    follow_up_days: int | UnsetType = UNSET
    automatic_mail: MailRule | UnsetType = UNSET
    failed_mail: Literal["ticket", "quarantine"] | UnsetType = UNSET
    copies_follow: bool | UnsetType = UNSET
    token_admits: bool | UnsetType = UNSET
    each_mailbox: bool | UnsetType = UNSET
    trusted_servers: list[str] | UnsetType = UNSET
    trusted_sealers: list[str] | UnsetType = UNSET
    exempt_senders: list[str] | UnsetType = UNSET
    tickets_per_hour: int | UnsetType = UNSET
    report_tickets: bool | UnsetType = UNSET
    form_senders: list[str] | UnsetType = UNSET
    internal_networks: list[str] | UnsetType = UNSET
    sender_form: Literal["person", "mailbox"] | UnsetType = UNSET
    signature: str | UnsetType = UNSET
    acknowledge: Literal["never", "proven", "always"] | UnsetType = UNSET
    quote: Literal["none", "one", "all"] | UnsetType = UNSET
    subject_tag: Literal["auto", "always", "never"] | UnsetType = UNSET
    addresses: list[str] | UnsetType = UNSET
    address_groups: dict[str, UUID] | UnsetType = UNSET

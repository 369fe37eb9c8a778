"""IMAP accounts of mailboxes, and the state of their reading."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

Security = Literal["tls", "starttls", "none"]
After = Literal["keep", "move", "delete"]
Trouble = Literal["name", "address", "connect", "certificate", "sign_in", "folder", "protocol", "secret"]


class ImapAccount(Struct, frozen=True, kw_only=True):
    """The account of a mailbox. `after`: what happens to a mail on the server once it is stored.

    `trouble` says why the last look failed: the server's `name` is unknown, its `address` is private, it does not `connect`, its
    `certificate` is not trusted, it refuses to `sign_in`, it has no such `folder`, it breaks the `protocol`, or the stored
    `secret` cannot be opened. `detail` has its words.
    """

    mailbox_id: UUID
    host: str
    port: int
    security: Security
    username: str
    folder: str = "INBOX"
    after: After = "keep"
    move_to: str = ""
    enabled: bool = True
    last_looked_at: datetime | None = None
    failing_since: datetime | None = None
    trouble: Trouble | None = None
    detail: str | None = None
    updated_at: datetime


class ImapSettings(Struct, frozen=True, kw_only=True):
    """New settings; what is UNSET stays. The password is written and never read."""

    host: str | UnsetType = UNSET
    port: int | UnsetType = UNSET
    security: Security | UnsetType = UNSET
    username: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    folder: str | UnsetType = UNSET
    after: After | UnsetType = UNSET
    move_to: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class WatchedAccount(Struct, frozen=True, kw_only=True):
    """An account that a worker looks into: its settings, and the place up to which its mails were taken."""

    organization_id: UUID
    mailbox_id: UUID
    host: str
    port: int
    security: Security
    username: str
    secret_id: UUID
    folder: str
    after: After
    move_to: str
    uidvalidity: int | None
    last_uid: int
    failures: int
    updated_at: datetime


class Place(Struct, frozen=True):
    """The last mail that was taken from a folder."""

    uidvalidity: int
    last_uid: int


class Step(Struct, frozen=True, kw_only=True):
    """One step of a test. `code` is null where it succeeded; `detail` has the server's words."""

    name: Literal["name", "connect", "certificate", "sign_in", "folder"]
    code: Trouble | None = None
    detail: str = ""

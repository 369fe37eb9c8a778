"""IMAP accounts of mailboxes, and the state of their reading."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

Security = Literal["tls", "starttls", "none"]
Auth = Literal["password", "oauth"]
After = Literal["keep", "move", "delete"]
Trouble = Literal["name", "address", "connect", "certificate", "sign_in", "folder", "protocol", "secret", "token"]


class ImapAccount(Struct, frozen=True, kw_only=True):
    """The account of a mailbox. `after`: what happens to a mail on the server once it is stored.

    New mail in `folder` arrives within seconds, that in `more_folders` within two minutes. The first look into a folder takes the
    mail of the last `first_days` days. `auth` is `oauth` for an account that signs in with the mailbox's sign-in at its provider.

    `trouble` says why the last look failed: the server's `name` is unknown, its `address` is private, it does not `connect`, its
    `certificate` is not trusted, it refuses to `sign_in`, it has no such `folder`, it breaks the `protocol`, the stored
    `secret` cannot be opened, or there is no valid `token` of the provider. `detail` has its words.
    """

    mailbox_id: UUID
    host: str
    port: int
    security: Security
    username: str
    auth: Auth = "password"
    folder: str = "INBOX"
    more_folders: list[str] = []
    first_days: int = 0
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
    auth: Auth | UnsetType = UNSET
    password: str | UnsetType = UNSET
    folder: str | UnsetType = UNSET
    more_folders: list[str] | UnsetType = UNSET
    first_days: int | UnsetType = UNSET
    after: After | UnsetType = UNSET
    move_to: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class WatchedAccount(Struct, frozen=True, kw_only=True):
    """An account that a worker looks into."""

    organization_id: UUID
    mailbox_id: UUID
    host: str
    port: int
    security: Security
    username: str
    auth: Auth
    secret_id: UUID
    folder: str
    more_folders: list[str]
    first_days: int
    after: After
    move_to: str
    failures: int
    updated_at: datetime


class Place(Struct, frozen=True):
    """The last mail that was taken from a folder. `missing`: earlier UIDs that the server did not hand out, and since when.

    `untidied`: earlier UIDs that the server refused to move or delete.
    """

    uidvalidity: int
    last_uid: int
    missing: Mapping[int, datetime] = {}
    untidied: frozenset[int] = frozenset()


class Step(Struct, frozen=True, kw_only=True):
    """One step of a test. `code` is null where it succeeded; `detail` has the server's words."""

    name: Literal["name", "connect", "certificate", "sign_in", "folder"]
    code: Trouble | None = None
    detail: str = ""

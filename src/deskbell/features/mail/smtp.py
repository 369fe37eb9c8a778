"""Mail servers of mailboxes, through which their mail goes out."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.mail.imap import Auth, Security, Trouble


class SmtpAccount(Struct, frozen=True, kw_only=True):
    """The mail server that a mailbox sends through, in place of the one of `DESKBELL_SMTP_URL`.

    At most `per_minute` mails go out in a minute, over `connections` connections of a worker. A server that asks for patience
    halves the rate for each step of `slowed`, and each quiet minute takes a step back. `trouble` as of an IMAP account: it
    stops the mailbox until `paused_until`, and no mail fails by it.
    """

    mailbox_id: UUID
    host: str
    port: int
    security: Security
    username: str = ""
    auth: Auth = "password"
    enabled: bool = True
    connections: int = 2
    per_minute: int = 20
    slowed: int = 0
    last_sent_at: datetime | None = None
    failing_since: datetime | None = None
    trouble: Trouble | None = None
    detail: str | None = None
    updated_at: datetime


class SmtpSettings(Struct, frozen=True, kw_only=True):
    """New settings; what is UNSET stays. The password is written and never read."""

    host: str | UnsetType = UNSET
    port: int | UnsetType = UNSET
    security: Security | UnsetType = UNSET
    username: str | UnsetType = UNSET
    auth: Auth | UnsetType = UNSET
    password: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    connections: int | UnsetType = UNSET
    per_minute: int | UnsetType = UNSET


class SmtpRate(Struct, frozen=True, kw_only=True):
    """The mails that a mailbox has sent in its window, and the moment from which it may send again.

    `put_back` counts the deliveries that the window had no place for.
    """

    per_minute: int
    window_at: datetime
    sent: int
    put_back: int = 0
    slowed: int
    paused_until: datetime


class SmtpRoute(Struct, frozen=True, kw_only=True):
    """A mailbox's own way out. `secret` is the password, or the token of the provider."""

    mailbox_id: UUID
    host: str
    port: int
    security: Security
    username: str
    auth: Auth
    secret: str
    connections: int

    def __repr__(self) -> str:
        return f"SmtpRoute({self.username} at {self.host}:{self.port})"

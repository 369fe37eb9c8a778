"""Mails of an archive that became tickets."""

from datetime import datetime

from msgspec import Struct


class ImportedMail(Struct, frozen=True, kw_only=True):
    """A mail that was imported. `ticket` and `comment` are external ids; a mail without `comment` is its ticket's description."""

    ticket: str
    comment: str | None
    at: datetime
    message_id: str | None
    digest: bytes
    raw_digest: bytes
    size: int
    from_name: str
    from_address: str | None
    to: list[str]
    cc: list[str]
    subject: str

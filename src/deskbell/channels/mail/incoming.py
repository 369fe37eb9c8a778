"""Mails on their way in, as receivers hand them over."""

import re
from ipaddress import ip_address
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.mail.records import Source

_MESSAGE_ID: Final = re.compile(rb"^message-id[ \t]*:\s*<([!-~]{1,900}?)>", re.IGNORECASE | re.MULTILINE)
_HEAD: Final = 64 * 1024
"""In bytes: where the id of a mail is looked for before it is read."""


class Incoming(Struct, frozen=True, kw_only=True):
    """A mail as it was handed to a receiver, for one organization."""

    organization_id: UUID
    source: Source
    raw: bytes
    mailbox_id: UUID | None = None
    envelope_from: str | None = None
    envelope_to: list[str] = []
    peer: str | None = None
    is_missing: bool = False
    """The answer of a server in place of a mail that it did not hand out."""


class Accepted(Struct, frozen=True):
    """A stored mail. One that is no duplicate, and not too large, waits to be filed (`is_waiting`)."""

    organization_id: UUID
    mail_id: UUID
    raw: bytes
    source: Source = "command"
    peer: str | None = None
    mailbox_id: UUID | None = None
    is_waiting: bool = True
    as_file: bool = False
    """A person makes a ticket of it although it could not be read: it becomes the ticket's file."""


def message_id_of(raw: bytes) -> str | None:
    """The id of a mail as mail programs write it, before the mail is read: enough to find a mail that waits."""
    found = _MESSAGE_ID.search(raw[:_HEAD])
    return None if found is None else found[1].decode("ascii")


def first_state(
    mail: Incoming, *, too_large: bool
) -> tuple[Literal["received", "rejected", "quarantined"], str | None]:
    """The state of a mail as it is stored; a final one has its reason."""
    if mail.is_missing:
        return "quarantined", "not_handed_out"
    return ("rejected", "too_large") if too_large else ("received", None)


def is_from_outside(mail: Accepted) -> bool:
    """Whether another organization's server handed the mail to our own receiver: there we are the last to look."""
    try:
        return mail.source == "smtp" and ip_address(mail.peer or "").is_global
    except ValueError:
        return False

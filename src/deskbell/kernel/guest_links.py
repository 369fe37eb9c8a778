"""Tokens that open one ticket for one person without a sign-in: those of mailed links, and those of chats.

A token holds what it opens, the moment it was made at, and a keyed digest of both. Every function takes the organization's mail
keys; the newest comes first and makes new tokens, all of them are accepted.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.errors import DeskbellError

_FORM: Final = re.compile(r"[A-Za-z0-9_-]{92}")
_IN_TEXT: Final = re.compile(r"(/(?:guest|mail-file)\?token=)[A-Za-z0-9_=-]{20,120}")
_DIGEST: Final = 15
"""The length of a digest in bytes."""


class GuestKind(StrEnum):
    """The way on which a guest got a token."""

    LINK = "l"
    """By mail, so that the address is the guest's."""
    CHAT = "c"
    """By beginning a chat, under an address that nothing proves."""


LASTS: Final = {GuestKind.LINK: timedelta(days=30), GuestKind.CHAT: timedelta(hours=24)}
"""The time for which a token is good."""


class GuestLink(Struct, frozen=True, kw_only=True):
    """The contents of a token. Nothing is proven before `is_genuine`."""

    kind: GuestKind
    organization_id: UUID
    ticket_id: UUID
    person_id: UUID
    made_at: datetime

    @property
    def expires_at(self) -> datetime:
        """The moment from which on it opens nothing."""
        return self.made_at + LASTS[self.kind]


class LinkEnded(DeskbellError):
    """The link was good once: it has expired, or the staff revoked it."""

    code = "LINK_ENDED"
    status = 410
    default = "guest_link.ended"


def make_guest_token(keys: Sequence[bytes], link: GuestLink) -> str:
    """The token of a link: 92 letters, digits, `-` and `_`. Its moment is kept to the second."""
    content = _content(link)
    return base64.urlsafe_b64encode(content + _digest(keys[0], content)).decode()


def read_guest_token(token: str) -> tuple[GuestLink, bytes] | None:
    """The link of a token and its digest; None for another text. Only `is_genuine` says whether we made it."""
    if _FORM.fullmatch(token) is None:
        return None
    raw = base64.urlsafe_b64decode(token)
    content = raw[:-_DIGEST]
    try:
        link = GuestLink(
            kind=GuestKind(content[:1].decode("ascii")), organization_id=UUID(bytes=content[1:17]),
            ticket_id=UUID(bytes=content[17:33]), person_id=UUID(bytes=content[33:49]),
            made_at=datetime.fromtimestamp(int.from_bytes(content[49:]), UTC),
        )  # fmt: skip
    except (ValueError, OverflowError, OSError):
        return None
    return link, raw[-_DIGEST:]


def is_genuine(keys: Sequence[bytes], link: GuestLink, digest: bytes) -> bool:
    """Whether one of the keys made a token of this link with this digest."""
    content = _content(link)
    return any(hmac.compare_digest(digest, _digest(key, content)) for key in keys)


def _content(link: GuestLink) -> bytes:
    ids = (link.organization_id, link.ticket_id, link.person_id)
    return link.kind.value.encode() + b"".join(each.bytes for each in ids) + int(link.made_at.timestamp()).to_bytes(5)


def _digest(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, b"guest\0" + content, hashlib.sha256).digest()[:_DIGEST]


def without_guest_tokens(text: str) -> str:
    """Text without the tokens of guests' links, and of files, which a reply quotes: others read it, too."""
    return _IN_TEXT.sub(r"\1…", text) if "?token=" in text else text

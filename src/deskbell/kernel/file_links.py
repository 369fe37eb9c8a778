"""Tokens of mailed links to one file that was too large for the mail. They open this file alone, for thirty days.

A token holds what it opens, the moment it was made at, and a keyed digest of both. Every function takes the organization's mail
keys; the newest comes first and makes new tokens, all of them are accepted.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

LASTS: Final = timedelta(days=30)
"""The time for which a token is good."""
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{92}")
_DIGEST: Final = 16
"""The length of a digest in bytes."""


class FileLink(Struct, frozen=True, kw_only=True):
    """The contents of a token: the file of a reply. Nothing is proven before `is_genuine`."""

    organization_id: UUID
    comment_id: UUID
    file_id: UUID
    made_at: datetime

    @property
    def expires_at(self) -> datetime:
        """The moment from which on it opens nothing."""
        return self.made_at + LASTS


def make_file_token(keys: Sequence[bytes], link: FileLink) -> str:
    """The token of a link: 92 letters, digits, `-` and `_`. Its moment is kept to the second."""
    content = _content(link)
    return base64.urlsafe_b64encode(content + _digest(keys[0], content)).decode()


def read_file_token(token: str) -> tuple[FileLink, bytes] | None:
    """The link of a token and its digest; None for another text. Only `is_genuine` says whether we made it."""
    if _FORM.fullmatch(token) is None:
        return None
    raw = base64.urlsafe_b64decode(token)
    content = raw[:-_DIGEST]
    organization_id, comment_id, file_id = (UUID(bytes=content[at : at + 16]) for at in (0, 16, 32))
    try:
        made_at = datetime.fromtimestamp(int.from_bytes(content[48:]), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    link = FileLink(organization_id=organization_id, comment_id=comment_id, file_id=file_id, made_at=made_at)
    return link, raw[-_DIGEST:]


def is_genuine(keys: Sequence[bytes], link: FileLink, digest: bytes) -> bool:
    """Whether one of the keys made a token of this link with this digest."""
    content = _content(link)
    return any(hmac.compare_digest(digest, _digest(key, content)) for key in keys)


def _content(link: FileLink) -> bytes:
    ids = (link.organization_id, link.comment_id, link.file_id)
    return b"".join(each.bytes for each in ids) + int(link.made_at.timestamp()).to_bytes(5)


def _digest(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, b"file\0" + content, hashlib.sha256).digest()[:_DIGEST]

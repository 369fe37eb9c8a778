"""Addresses under which Deskbell loads pictures of other servers for mails: signed, so that no caller chooses others."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final
from uuid import UUID

MAX_URL: Final = 2_048
_DIGEST_BYTES: Final = 16


def make_image_token(keys: Sequence[bytes], organization_id: UUID, url: str) -> str:
    """The token of a picture's address: the address as base64, a dot, and the digest of both."""
    address = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return f"{address}.{_digest(keys[0], organization_id, address)}"


def read_image_token(keys: Sequence[bytes], organization_id: UUID, token: str) -> str | None:
    """The address in a token that one of the keys made for this organization; None for any other text."""
    address, _, digest = token.rpartition(".")
    if not token.isascii() or not any(
        hmac.compare_digest(digest, _digest(key, organization_id, address)) for key in keys
    ):
        return None
    try:
        return base64.urlsafe_b64decode(address + "=" * (-len(address) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def _digest(key: bytes, organization_id: UUID, address: str) -> str:
    made = hmac.digest(key, b"image\0" + organization_id.bytes + address.encode(), hashlib.sha256)
    return made[:_DIGEST_BYTES].hex()

"""Sealing of secrets that the database keeps: passwords, tokens and private keys (AES-256-GCM).

Keys are derived from `DESKBELL_SECRET_KEY`. A sealed secret names the key that it was sealed with, so that after a change of the
setting those of `DESKBELL_SECRET_KEY_PREVIOUS` still open until they are sealed again.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from deskbell.runtime.settings import Settings

_VERSION: Final = b"\x01"
_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12


class CannotOpen(Exception):
    """No known key opens a sealed secret: the secret key was changed without the previous one, or the bytes are damaged."""


class Sealer:
    """Seals with the first of the server's secret keys, and opens with any of them."""

    def __init__(self, secret_key: str, previous: Sequence[str] = ()) -> None:
        self._keys = {_id_of(key): key for key in map(_derived, (*reversed(previous), secret_key))}
        self.key_id = _id_of(_derived(secret_key))
        """The id of the key that seals."""

    def seal(self, secret: bytes, purpose: str) -> bytes:
        """The sealed form of a secret. It opens for the same purpose alone, such as an object's id."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        head = _VERSION + self.key_id + nonce
        return head + AESGCM(self._keys[self.key_id]).encrypt(nonce, secret, _bound(head, purpose))

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The secret. Raises `CannotOpen`."""
        size = 1 + _ID_BYTES + _NONCE_BYTES
        head, content = sealed[:size], sealed[size:]
        key = self._keys.get(head[1 : 1 + _ID_BYTES])
        if head[:1] != _VERSION or key is None:
            raise CannotOpen
        try:
            return AESGCM(key).decrypt(head[1 + _ID_BYTES :], content, _bound(head, purpose))
        except (InvalidTag, ValueError) as error:
            raise CannotOpen from error


def sealer_of(settings: Settings) -> Sealer:
    """The sealer with the server's keys."""
    previous = settings.secret_key_previous
    return Sealer(settings.secret_key, [] if previous is None else [previous])


def _bound(head: bytes, purpose: str) -> bytes:
    return head + purpose.encode()


def _derived(secret_key: str) -> bytes:
    return hmac.digest(secret_key.encode(), b"deskbell sealed secrets", "sha256")


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"id\0" + key).digest()[:_ID_BYTES]

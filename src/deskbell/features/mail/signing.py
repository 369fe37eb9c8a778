"""DKIM signatures of outgoing mail (RFC 6376). Plain functions, no I/O."""

import base64
import re
from typing import Final

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Struct

_BITS: Final = 2048
_SIGNED: Final = (b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"reply-to")
"""Signed twice, so that none can be added to a signed mail."""
_TAG: Final = re.compile(r"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)", re.IGNORECASE)


class SigningKey(Struct, frozen=True):
    """A private key with the name that its public half is published under."""

    domain: str
    selector: str
    private_key: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.selector}._domainkey.{self.domain})"


def new_pair() -> tuple[bytes, str]:
    """A private key in PEM, and the public half in Base64 as DNS records have it."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(public).decode()


def record_for(public_key: str) -> str:
    """The TXT record that publishes a key."""
    return f"v=DKIM1; k=rsa; p={public_key}"


def publishes(record: str, public_key: str) -> bool:
    """Whether a TXT record publishes this key, however it is spaced."""
    tags = {name.lower(): "".join(value.split()) for name, value in _TAG.findall(record)}
    return tags.get("v", "DKIM1") == "DKIM1" and tags.get("p") == public_key


def signed(content: bytes, key: SigningKey) -> bytes:
    """The mail with a signature above it: relaxed, and from the key's domain."""
    signature = dkim.sign(
        content, key.selector.encode(), key.domain.encode(), key.private_key, canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[*_SIGNED, *_SIGNED],
    )  # fmt: skip
    return bytes(signature) + content

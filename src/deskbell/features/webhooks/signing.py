"""Signatures of outgoing calls (Standard Webhooks) and of incoming ones (`X-Signature`)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

__all__ = ["INCOMING_HEADER", "headers", "incoming_signature", "is_authentic", "new_incoming_secret", "new_secret"]

INCOMING_HEADER = "X-Signature"

_SECRET_BYTES = 32  # the specification wants 24 to 64


def new_secret() -> str:
    """A secret for one outgoing webhook: `whsec_` and 32 random bytes in Base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def headers(active_secrets: Sequence[str], *, webhook_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The three headers of one attempt to deliver `body` (UTF-8).

    `webhook_id` stays the same over all attempts, `at` (aware) is the moment of this one. There is one signature per
    secret, newest first by custom, so that a receiver may know either while a secret is being exchanged. Raises
    `ValueError` without any secret, or for one that is not Base64.
    """
    if not active_secrets:
        raise ValueError("a webhook needs at least one secret")
    moment = at.astimezone(UTC)  # the library reads any other time zone as UTC
    text = body.decode()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(webhook_id, moment, text) for secret in active_secrets),
    }


def new_incoming_secret() -> str:
    """A secret for the organization's incoming webhook, of letters and digits."""
    return secrets.token_hex(_SECRET_BYTES)


def incoming_signature(secret: str, body: bytes) -> str:
    """The value that `X-Signature` must have for `body`:

    `sha256=` and the HMAC-SHA256 under the UTF-8 bytes of `secret`, in hex.
    """
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_authentic(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether `signature` is that of `body`. Takes as long for a nearly right one as for a wrong one."""
    expected = incoming_signature(secret, body)
    given = (signature or "").strip().lower()
    return hmac.compare_digest(expected.encode(), given.encode(errors="replace"))

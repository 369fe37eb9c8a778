"""v1: shapes of incoming webhooks."""

from msgspec import Struct


class SecretView(Struct, frozen=True):
    """The key of the HMAC-SHA256 in `X-Signature`, as text."""

    secret: str

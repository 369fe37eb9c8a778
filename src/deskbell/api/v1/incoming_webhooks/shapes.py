"""v1: shapes of incoming webhooks."""

from msgspec import Struct


class SecretView(Struct, frozen=True):
    """The HMAC-SHA256 key for `X-Signature`, as text."""

    secret: str

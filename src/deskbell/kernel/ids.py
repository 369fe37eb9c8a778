"""Identifiers: UUIDv7, so that the order of ids is the order of their making and indexes stay dense."""

from uuid import UUID

from uuid_utils import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562)."""
    return UUID(bytes=uuid7().bytes)

"""Identifiers: UUIDv7, so that ids sort by creation time and indexes stay dense."""

from uuid import UUID

from uuid_utils import uuid7


def new_id() -> UUID:
    """A new UUIDv7 (RFC 9562)."""
    return UUID(bytes=uuid7().bytes)

"""Rows of files."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

__all__ = ["Incoming", "StoredFile"]


class StoredFile(Struct, frozen=True):
    """A file whose content is in the storage. `size` is in bytes; `hung` says that it is attached to something."""

    id: UUID
    filename: str
    mime_type: str
    size: int
    sha256: bytes
    storage_key: str
    uploaded_by: UUID
    created_at: datetime
    hung: bool


class Incoming(Struct, frozen=True):
    """A content that was just put into the storage, and what is known of it."""

    id: UUID
    filename: str
    mime_type: str
    size: int
    sha256: bytes
    storage_key: str

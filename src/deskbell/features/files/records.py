"""Rows of files."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class StoredFile(Struct, frozen=True):
    """A file whose content is in the storage. `size` is in bytes."""

    id: UUID
    filename: str
    mime_type: str
    size: int
    sha256: bytes
    storage_key: str
    uploaded_by: UUID
    created_at: datetime
    attached: bool


class Upload(Struct, frozen=True):
    """Metadata of a content that was just stored and has no row yet. `size` is in bytes."""

    id: UUID
    filename: str
    mime_type: str
    size: int
    sha256: bytes
    storage_key: str

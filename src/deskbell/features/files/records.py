"""Rows of files."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.runtime.pictures import Size


class StoredFile(Struct, frozen=True):
    """A file whose content is in the storage. `size` is in bytes, `width` and `height` are those of a picture."""

    id: UUID
    filename: str
    mime_type: str
    size: int
    sha256: bytes
    storage_key: str
    uploaded_by: UUID
    created_at: datetime
    attached: bool
    width: int | None = None
    height: int | None = None


class Upload(Struct, frozen=True):
    """Metadata of a content that was just stored and has no row yet. `size` is in bytes."""

    id: UUID
    filename: str
    mime_type: str
    size: int
    sha256: bytes
    storage_key: str
    picture: Size | None = None

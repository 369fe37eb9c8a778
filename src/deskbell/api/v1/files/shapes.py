"""v1: shapes of files."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.features.files.records import StoredFile


class FileView(Struct, frozen=True):
    """An uploaded file. Send this object in a comment's `attachments` to attach the file."""

    id: UUID
    filename: str
    url: str
    mime_type: str
    size: int
    uploaded_at: datetime

    @classmethod
    def of(cls, file: StoredFile) -> "FileView":
        return cls(file.id, file.filename, f"/api/v1/uploads/{file.id}", file.mime_type, file.size, file.created_at)

"""v1: shapes of files."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.features.files.records import StoredFile


class FileView(Struct, frozen=True):
    """An uploaded file; of a picture, its size in pixels and the address of a small copy.

    Send this object in a comment's `attachments` to attach the file.
    """

    id: UUID
    filename: str
    url: str
    mime_type: str
    size: int
    uploaded_at: datetime
    width: int | None
    height: int | None
    thumbnail_url: str | None

    @classmethod
    def of(cls, file: StoredFile) -> "FileView":
        url = f"/api/v1/uploads/{file.id}"
        return cls(
            file.id, file.filename, url, file.mime_type, file.size, file.created_at, file.width, file.height,
            None if file.width is None else f"{url}/thumbnail",
        )  # fmt: skip

"""v1: shapes of files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar.response import Stream
from msgspec import Struct

from deskbell.features.files.records import StoredFile


class FileView(Struct, frozen=True):
    """An uploaded file. Send all of it as an attachment of a comment to hang it there."""

    id: UUID
    filename: str
    url: str
    mime_type: str
    size: int
    uploaded_at: datetime

    @classmethod
    def of(cls, file: StoredFile) -> "FileView":
        """A file in v1's form."""
        return cls(file.id, file.filename, f"/api/v1/uploads/{file.id}", file.mime_type, file.size, file.created_at)


class Download(Stream):
    """A content under its own type: what the route declares is for the OpenAPI document."""

    def to_asgi_response(self, *args: Any, media_type: Any = None, **options: Any) -> Any:
        """As the framework asks."""
        del media_type
        return super().to_asgi_response(*args, media_type=self.media_type, **options)

"""Events of files."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import DomainEvent


class AboutFile(Struct, frozen=True, kw_only=True):
    """Fields of events about one file. `ticket_id` is the ticket that it was attached to."""

    subject_type: ClassVar[str] = "file"
    subject_key: ClassVar[str] = "file_id"
    internal: ClassVar[bool] = True
    file_id: UUID
    filename: str
    ticket_id: UUID | None = None


class FileUploaded(AboutFile, DomainEvent, frozen=True, kw_only=True):
    """A file was uploaded; it is not attached yet."""

    type: ClassVar[str] = "file.uploaded"
    mime_type: str
    size: int


class FileDeleted(AboutFile, DomainEvent, frozen=True, kw_only=True):
    """A user deleted a file. Deleting old unattached uploads records no event."""

    type: ClassVar[str] = "file.deleted"

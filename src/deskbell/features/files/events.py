"""What happens to files."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import DomainEvent

__all__ = ["FileDeleted", "FileEvent", "FileUploaded"]


class FileEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one file. `ticket_id` is the ticket that it hung on."""

    subject_type: ClassVar[str] = "file"
    file_id: UUID
    filename: str
    ticket_id: UUID | None = None

    @property
    def subject_id(self) -> UUID:
        """The file."""
        return self.file_id

    @property
    def about_ticket(self) -> UUID | None:
        """The ticket that it hung on."""
        return self.ticket_id

    @property
    def internal(self) -> bool:
        """What hangs on nothing concerns its uploader; what is taken away need not be shown to customers."""
        return True


class FileUploaded(FileEvent, frozen=True, kw_only=True):
    """A file was uploaded; it hangs on nothing yet."""

    type: ClassVar[str] = "file.uploaded"
    mime_type: str
    size: int


class FileDeleted(FileEvent, frozen=True, kw_only=True):
    """A file was deleted by hand. Uploads that were never used are swept away without an event."""

    type: ClassVar[str] = "file.deleted"

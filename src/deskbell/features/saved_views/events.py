"""What happens to saved views."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent


class ViewEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one saved view. Customers know nothing of them."""

    subject_type: ClassVar[str] = "view"
    view_id: UUID

    @property
    def subject_id(self) -> UUID:
        """The view."""
        return self.view_id

    @property
    def internal(self) -> bool:
        """For staff alone."""
        return True


class ViewSaved(ViewEvent, frozen=True, kw_only=True):
    """A new one."""

    type: ClassVar[str] = "view.saved"
    name: str
    shared: bool


class ViewUpdated(ViewEvent, frozen=True, kw_only=True):
    """Its fields changed."""

    type: ClassVar[str] = "view.updated"
    changes: dict[str, Change]


class ViewDeleted(ViewEvent, frozen=True, kw_only=True):
    """It is gone; the tickets are not."""

    type: ClassVar[str] = "view.deleted"
    name: str

"""Events of saved views."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutView(Struct, frozen=True, kw_only=True):
    """Fields of events about one saved view. Customers do not see them."""

    subject_type: ClassVar[str] = "view"
    subject_key: ClassVar[str] = "view_id"
    internal: ClassVar[bool] = True
    view_id: UUID


class ViewSaved(AboutView, DomainEvent, frozen=True, kw_only=True):
    """A view was created."""

    type: ClassVar[str] = "view.saved"
    name: str
    shared: bool


class ViewUpdated(AboutView, DomainEvent, frozen=True, kw_only=True):
    """Its fields changed."""

    type: ClassVar[str] = "view.updated"
    changes: dict[str, Change]


class ViewDeleted(AboutView, DomainEvent, frozen=True, kw_only=True):
    """It was deleted; its tickets stay."""

    type: ClassVar[str] = "view.deleted"
    name: str

"""Events of macros."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutMacro(Struct, frozen=True, kw_only=True):
    """Fields of events about one macro. Customers do not see them."""

    subject_type: ClassVar[str] = "macro"
    subject_key: ClassVar[str] = "macro_id"
    internal: ClassVar[bool] = True
    macro_id: UUID


class MacroCreated(AboutMacro, DomainEvent, frozen=True, kw_only=True):
    """A macro was created."""

    type: ClassVar[str] = "macro.created"
    title: str
    shared: bool


class MacroUpdated(AboutMacro, DomainEvent, frozen=True, kw_only=True):
    """Its fields changed."""

    type: ClassVar[str] = "macro.updated"
    changes: dict[str, Change]


class MacroDeleted(AboutMacro, DomainEvent, frozen=True, kw_only=True):
    """It was deleted; what was done with it stays."""

    type: ClassVar[str] = "macro.deleted"
    title: str

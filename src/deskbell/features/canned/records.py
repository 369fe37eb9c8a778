"""Canned responses as staff keeps them."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

__all__ = ["CannedChanges", "CannedResponse", "NewCanned"]


class CannedResponse(Struct, frozen=True, kw_only=True):
    """Words to answer with again and again. `content` may hold variables, see `template`."""

    id: UUID
    title: str
    content: str
    shortcut: str | None
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime


class NewCanned(Struct, frozen=True, kw_only=True):
    """What it takes to keep one."""

    title: str
    content: str
    shortcut: str | None = None


class CannedChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; what is UNSET stays."""

    title: str | UnsetType = UNSET
    content: str | UnsetType = UNSET
    shortcut: str | UnsetType | None = UNSET

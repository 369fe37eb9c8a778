"""Rows of canned responses."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType


class CannedFile(Struct, frozen=True, kw_only=True):
    """A file of a canned response. Its content is the response's own: each use copies it."""

    id: UUID
    response_id: UUID
    position: int
    filename: str
    mime_type: str
    size: int
    sha256: bytes
    storage_key: str


class CannedResponse(Struct, frozen=True, kw_only=True):
    """A prepared answer. Without an owner it is shared; with a group it is for the members of that group alone.

    `content` may hold variables, see `template`.

    `used_count` is how often an agent put it into a reply or note, `last_used_at` when they last did.
    """

    id: UUID
    title: str
    content: str
    shortcut: str | None
    owner_id: UUID | None = None
    group_id: UUID | None = None
    version: int
    used_count: int = 0
    last_used_at: datetime | None = None
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime
    files: list[CannedFile] = []


class NewCanned(Struct, frozen=True, kw_only=True):
    """The fields of a new canned response."""

    title: str
    content: str
    shortcut: str | None = None
    shared: bool = True
    group_id: UUID | None = None
    file_ids: Sequence[UUID] = ()


class CannedChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET leaves a field unchanged."""

    title: str | UnsetType = UNSET
    content: str | UnsetType = UNSET
    shortcut: str | UnsetType | None = UNSET
    shared: bool | UnsetType = UNSET
    group_id: UUID | UnsetType | None = UNSET
    file_ids: Sequence[UUID] | UnsetType = UNSET

"""Rows of downloads and of requests for deletion."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.permissions import Role

DeletionState: TypeAlias = Literal["open", "withdrawn", "declined", "confirmed", "done"]
"""`confirmed` lasts until a worker has deleted the data."""


class Download(Struct, frozen=True, kw_only=True):
    """A person's data as a file. `storage_key` and `size`, in bytes, are None while a worker makes it."""

    id: UUID
    user_id: UUID
    requested_at: datetime
    storage_key: str | None = None
    size: int | None = None
    ready_at: datetime | None = None
    expires_at: datetime


class DeletionRequest(Struct, frozen=True, kw_only=True):
    """The latest request to delete a person's data. `requested_by` is the admin who asked for them; None: the person."""

    user_id: UUID
    state: DeletionState
    requested_at: datetime
    requested_by: UUID | None = None
    decided_at: datetime | None = None
    decided_by: UUID | None = None
    done_at: datetime | None = None


class ListedRequest(Struct, frozen=True, kw_only=True):
    """A request as admins see it. After the deletion, name and address are those of the anonymous person."""

    user_id: UUID
    name: str
    email: str
    state: DeletionState
    requested_at: datetime
    decided_at: datetime | None
    done_at: datetime | None
    tickets_count: int


class Person(Struct, frozen=True):
    """A person as the organization knows them, also one who was removed."""

    name: str
    email: str
    role: Role


class Identity(Struct, frozen=True):
    """Names, addresses and numbers of a person in an organization, former ones included."""

    names: list[str]
    addresses: list[str]
    phones: list[str]


class Begun(Struct, frozen=True):
    """A deletion that is under way: the member who takes the person's place, and what is taken out of texts."""

    anonymous_id: UUID
    known: Identity

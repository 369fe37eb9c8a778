"""Rows of groups."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

GroupRole = Literal["member", "lead"]


class Group(Struct, frozen=True):
    """A group. `open_tickets` counts its tickets that are neither solved nor closed."""

    id: UUID
    name: str
    description: str
    members_count: int
    open_tickets: int
    created_at: datetime
    updated_at: datetime


class GroupMember(Struct, frozen=True):
    """An agent in a group; `role` is member or lead."""

    id: UUID
    name: str
    email: str
    avatar_url: str | None
    availability: str
    role: GroupRole


class GroupChanges(Struct, frozen=True):
    """New values of some fields; UNSET leaves a field unchanged.

    `member_ids` replaces all members, `lead_ids` says which of them lead.
    """

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    member_ids: list[UUID] | UnsetType = UNSET
    lead_ids: list[UUID] | UnsetType = UNSET

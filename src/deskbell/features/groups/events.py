"""Events of groups."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutGroup(Struct, frozen=True, kw_only=True):
    """Fields of events about one group."""

    subject_type: ClassVar[str] = "group"
    subject_key: ClassVar[str] = "group_id"
    group_id: UUID


class GroupCreated(AboutGroup, DomainEvent, frozen=True, kw_only=True):
    """A group was created."""

    type: ClassVar[str] = "group.created"
    name: str
    description: str


class GroupUpdated(AboutGroup, DomainEvent, frozen=True, kw_only=True):
    """Its name or description changed."""

    type: ClassVar[str] = "group.updated"
    changes: dict[str, Change]


class GroupDeleted(AboutGroup, DomainEvent, frozen=True, kw_only=True):
    """A group was deleted.

    `tickets` is the number of its tickets. Each of them is then updated by an event of its own.
    """

    type: ClassVar[str] = "group.deleted"
    name: str
    tickets: int


class GroupMemberAdded(AboutGroup, DomainEvent, frozen=True, kw_only=True):
    """An agent joined the group."""

    type: ClassVar[str] = "group.member_added"
    user_id: UUID
    role: str


class GroupMemberChanged(AboutGroup, DomainEvent, frozen=True, kw_only=True):
    """An agent's role in the group changed."""

    type: ClassVar[str] = "group.member_changed"
    user_id: UUID
    changes: dict[str, Change]


class GroupMemberRemoved(AboutGroup, DomainEvent, frozen=True, kw_only=True):
    """An agent left the group."""

    type: ClassVar[str] = "group.member_removed"
    user_id: UUID

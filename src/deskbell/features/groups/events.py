"""What happens to groups."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent

__all__ = [
    "GroupCreated",
    "GroupDeleted",
    "GroupEvent",
    "GroupMemberAdded",
    "GroupMemberChanged",
    "GroupMemberRemoved",
    "GroupUpdated",
]


class GroupEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one group."""

    subject_type: ClassVar[str] = "group"
    group_id: UUID

    @property
    def subject_id(self) -> UUID:
        """The group."""
        return self.group_id


class GroupCreated(GroupEvent, frozen=True, kw_only=True):
    """A group was made."""

    type: ClassVar[str] = "group.created"
    name: str
    description: str


class GroupUpdated(GroupEvent, frozen=True, kw_only=True):
    """Its name or description changed."""

    type: ClassVar[str] = "group.updated"
    changes: dict[str, Change]


class GroupDeleted(GroupEvent, frozen=True, kw_only=True):
    """A group was removed.

    `tickets` says how many belonged to it. Each of them then loses it by a change of its own.
    """

    type: ClassVar[str] = "group.deleted"
    name: str
    tickets: int


class GroupMemberAdded(GroupEvent, frozen=True, kw_only=True):
    """An agent joined the group."""

    type: ClassVar[str] = "group.member_added"
    user_id: UUID
    role: str


class GroupMemberChanged(GroupEvent, frozen=True, kw_only=True):
    """An agent leads the group now, or no longer."""

    type: ClassVar[str] = "group.member_changed"
    user_id: UUID
    changes: dict[str, Change]


class GroupMemberRemoved(GroupEvent, frozen=True, kw_only=True):
    """An agent left the group."""

    type: ClassVar[str] = "group.member_removed"
    user_id: UUID

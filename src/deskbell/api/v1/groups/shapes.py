"""v1: shapes of groups."""

from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Name, Text
from deskbell.features.groups.records import Group, GroupMember, GroupRole
from deskbell.features.people.records.agents import Availability

MemberIds = Annotated[list[UUID], Meta(max_length=500)]


class GroupMemberView(Struct, frozen=True):
    """A member of a group. `role` is `member` or `lead`; `status` is the agent's availability."""

    id: UUID
    name: str
    email: str
    role: GroupRole
    avatar_url: str | None
    status: Availability

    @classmethod
    def of(cls, member: GroupMember) -> "GroupMemberView":
        return cls(
            member.id,
            member.name,
            member.email,
            member.role,
            member.avatar_url,
            cast(Availability, member.availability),
        )


class GroupDetails(Struct, frozen=True):
    """A group with its members."""

    id: UUID
    name: str
    description: str
    members: list[GroupMemberView]
    members_count: int
    open_tickets: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, group: Group, members: list[GroupMember]) -> "GroupDetails":
        return cls(
            group.id, group.name, group.description, [GroupMemberView.of(each) for each in members],
            group.members_count, group.open_tickets, group.created_at, group.updated_at,
        )  # fmt: skip


class CreateGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """A new group. `lead_ids` are those of its members who lead it."""

    name: Name
    description: Text = ""
    member_ids: MemberIds = []
    lead_ids: MemberIds = []


class UpdateGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values.

    `member_ids` replaces all members. `lead_ids` says which of them lead; without it members keep their roles.
    """

    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    member_ids: MemberIds | UnsetType = UNSET
    lead_ids: MemberIds | UnsetType = UNSET


class AddMember(Struct, frozen=True, forbid_unknown_fields=True):
    """An agent to add to a group. For an existing member, `role` replaces the current role."""

    user_id: UUID
    role: GroupRole | None = None

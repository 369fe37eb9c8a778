"""routes: shapes of teams."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.api.shared.plain import Name
from deskbell.features.groups.records import Group, GroupMember, GroupRole


class TeamView(Struct, frozen=True, kw_only=True):
    """A team."""

    id: UUID
    name: str
    description: str
    members_count: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, group: Group) -> "TeamView":
        return cls(
            id=group.id, name=group.name, description=group.description, members_count=group.members_count,
            created_at=group.created_at, updated_at=group.updated_at,
        )  # fmt: skip


class MemberView(Struct, frozen=True):
    """An agent in a team."""

    id: UUID
    name: str
    email: str
    role: str


class TeamWithMembers(TeamView, frozen=True, kw_only=True):
    """A team and its members."""

    members: list[MemberView]

    @classmethod
    def whole(cls, group: Group, members: list[GroupMember]) -> "TeamWithMembers":
        view = TeamView.of(group)
        fields = {name: getattr(view, name) for name in view.__struct_fields__}
        return cls(**fields, members=[MemberView(m.id, m.name, m.email, m.role) for m in members])


class CreateTeam(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new team."""

    name: Name
    description: Annotated[str, Meta(max_length=2_000)] = ""


class AddMember(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """An agent to add to the team."""

    user_id: UUID
    role: GroupRole = "member"

"""v1: shapes of invitations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.api.v1.fields import Email, Name
from deskbell.features.access.records import Invitation, Membership
from deskbell.features.access.service.links import LIFETIME_OF
from deskbell.kernel.permissions import Role


class Inviter(Struct, frozen=True):
    """The member who sent the invitation."""

    id: UUID
    name: str


class Invite(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new member: address, role and groups."""

    email: Email
    role: Role
    name: Name | None = None
    group_ids: Annotated[list[UUID], Meta(max_length=100)] = []


class InvitationView(Struct, frozen=True):
    """A pending invitation. `id` is the invited user's id; `expires_at` is when the link expires."""

    id: UUID
    email: str
    name: str
    role: Role
    invited_by: Inviter | None
    invited_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationView":
        inviter = None
        if invitation.inviter_id is not None and invitation.inviter_name is not None:
            inviter = Inviter(invitation.inviter_id, invitation.inviter_name)
        return cls(
            invitation.user_id, invitation.email, invitation.name, invitation.role, inviter, invitation.invited_at,
            invitation.invited_at + LIFETIME_OF["invitation"],
        )  # fmt: skip


class MemberView(Struct, frozen=True):
    """A member of an organization."""

    id: UUID
    email: str
    name: str
    role: Role
    organization_id: UUID
    phone: str | None
    avatar_url: str | None
    verified: bool

    @classmethod
    def of(cls, member: Membership) -> "MemberView":
        return cls(
            member.user_id, member.email, member.name, member.role, member.organization_id, member.phone,
            member.avatar_url, member.verified,
        )  # fmt: skip

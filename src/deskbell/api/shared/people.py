"""Shapes of users and sign-ins for routes and portals."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.api.shared.plain import Password
from deskbell.features.access.records import Membership, SignedIn


class UserView(Struct, frozen=True, kw_only=True):
    """A member, as they and their organization's staff see them."""

    id: UUID
    email: str
    name: str
    role: str
    organization_id: UUID
    phone: str | None
    avatar_url: str | None
    created_at: datetime

    @classmethod
    def of(cls, member: Membership) -> "UserView":
        return cls(
            id=member.user_id, email=member.email, name=member.name, role=member.role.value,
            organization_id=member.organization_id, phone=member.phone, avatar_url=member.avatar_url,
            created_at=member.created_at,
        )  # fmt: skip


class Credentials(Struct, frozen=True, forbid_unknown_fields=True):
    """Sign-in data. `code` is for accounts with two-factor authentication: from the app, or a recovery code."""

    email: Annotated[str, Meta(min_length=3, max_length=254)]
    password: Password
    code: Annotated[str, Meta(max_length=50)] | None = None


class SignedInView(Struct, frozen=True, kw_only=True):
    """A sign-in. Send `token` as `Authorization: Bearer`; `refresh_token` obtains the next pair."""

    token: str
    refresh_token: str
    expires_in: int
    user: UserView

    @classmethod
    def of(cls, signed_in: SignedIn) -> "SignedInView":
        return cls(
            token=signed_in.token, refresh_token=signed_in.refresh_token, expires_in=signed_in.expires_in,
            user=UserView.of(signed_in.member),
        )  # fmt: skip

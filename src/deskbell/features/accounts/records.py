"""Rows of people and their credentials."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.permissions import Role

__all__ = ["ApiKey", "Membership", "Session", "SignedIn", "User"]


class User(Struct, frozen=True):
    """A person by e-mail address, across organizations. Never leaves the feature: it holds the password hash."""

    id: UUID
    email: str
    name: str
    password_hash: str | None
    platform_admin: bool
    email_verified_at: datetime | None


class Membership(Struct, frozen=True):
    """A person in one organization, as that organization knows them."""

    organization_id: UUID
    user_id: UUID
    role: Role
    email: str
    name: str
    phone: str | None
    avatar_url: str | None
    company: str | None
    title: str | None
    department: str | None
    availability: str
    created_at: datetime
    updated_at: datetime
    last_login_at: datetime | None
    verified: bool


class Session(Struct, frozen=True):
    """A sign-in on one device."""

    id: UUID
    user_id: UUID
    refresh_generation: int
    user_agent: str | None
    ip: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class ApiKey(Struct, frozen=True):
    """A key for integrations; `hint` is its last characters, all that is shown after its creation."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    user_id: UUID
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class SignedIn(Struct, frozen=True):
    """What a successful sign-in, sign-up or refresh hands to the client. `expires_in` is in seconds."""

    token: str
    refresh_token: str
    expires_in: int
    expires_at: datetime
    session_id: UUID
    member: Membership

"""Rows of people and their credentials."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.permissions import Role

LinkPurpose: TypeAlias = Literal["verify_email", "reset_password", "invitation", "change_email"]
"""What a link in a mail is good for."""


class User(Struct, frozen=True):
    """A person by e-mail address, across organizations. Never leaves the feature: it holds the password hash.

    `made_in` is the organization where the account was given a password before its address was confirmed.
    """

    id: UUID
    email: str
    name: str
    password_hash: str | None
    platform_admin: bool
    email_verified_at: datetime | None
    made_in: UUID | None = None


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


class Invitation(Struct, frozen=True):
    """A member who was invited and has not signed in since, with who invited them last."""

    user_id: UUID
    email: str
    name: str
    role: Role
    invited_at: datetime
    inviter_id: UUID | None
    inviter_name: str | None


class Link(Struct, frozen=True):
    """A link in a mail, good for one use until it expires.

    `password_hash` is a password that was chosen for the address before anybody showed that it is theirs.
    """

    id: UUID
    user_id: UUID
    purpose: LinkPurpose
    email: str
    password_hash: str | None
    created_at: datetime
    expires_at: datetime


class MemberChanges(Struct, frozen=True, kw_only=True):
    """What to change of a member; what is left out stays."""

    role: Role | UnsetType = UNSET
    name: str | UnsetType = UNSET
    phone: str | UnsetType | None = UNSET
    avatar_url: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    department: str | UnsetType | None = UNSET


class Belonging(Struct, frozen=True):
    """One of the organizations that a person belongs to."""

    id: UUID
    name: str
    role: str


class SecondFactor(Struct, frozen=True):
    """What is known of a person's second factor. `seed` gives its secret only together with the server's key."""

    user_id: UUID
    seed: bytes
    enabled_at: datetime | None
    recovery_codes_left: int

    @property
    def enabled(self) -> bool:
        """Whether signing in asks for a code; otherwise it is being set up."""
        return self.enabled_at is not None

"""Rows of users and their credentials."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.permissions import Role

LinkPurpose: TypeAlias = Literal["verify_email", "reset_password", "invitation", "change_email", "sign_in"]
"""The purposes of one-time links in mails."""

SessionKind: TypeAlias = Literal["tokens", "web"]
"""`tokens` is for programs: access and refresh tokens. `web` is for pages of the agents' app and the portal: a cookie."""

SignInKind: TypeAlias = Literal["tokens", "web", "portal"]
"""The purpose of a sign-in. The cookie of a web session is good for the agents' app or the portal alone."""


class User(Struct, frozen=True):
    """A person by e-mail address, across organizations. Never leaves the feature: it holds the password hash.

    `made_in` is the organization in which the account got a password before its address was confirmed.
    """

    id: UUID
    email: str
    name: str
    password_hash: str | None
    platform_admin: bool
    email_verified_at: datetime | None
    made_in: UUID | None = None


class Membership(Struct, frozen=True):
    """A user in one organization, with the name, address and profile that this organization stores."""

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
    """A sign-in on one device. `confirmed_at` is when the user last proved with a password who they are."""

    id: UUID
    user_id: UUID
    kind: SessionKind
    refresh_generation: int
    user_agent: str | None
    ip: str | None
    created_at: datetime
    last_used_at: datetime
    confirmed_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class ApiKey(Struct, frozen=True):
    """An integration's key; `hint` is its last characters, the only part shown after its creation."""

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
    """The credentials of a successful sign-in, sign-up or refresh. `expires_in` is in seconds.

    A web session has a `cookie` and no tokens.
    """

    token: str
    refresh_token: str
    expires_in: int
    expires_at: datetime
    session_id: UUID
    member: Membership
    cookie: str = ""


class Invitation(Struct, frozen=True):
    """A member who was invited and has not signed in since. The inviter is the last one."""

    user_id: UUID
    email: str
    name: str
    role: Role
    invited_at: datetime
    inviter_id: UUID | None
    inviter_name: str | None


class Link(Struct, frozen=True):
    """A one-time link in a mail, valid until it is used or expires.

    `password_hash` is a password chosen at sign-up, before the owner of the address confirmed it.
    """

    id: UUID
    user_id: UUID
    purpose: LinkPurpose
    email: str
    password_hash: str | None
    created_at: datetime
    expires_at: datetime


class MemberChanges(Struct, frozen=True, kw_only=True):
    """New values of a member's fields; UNSET leaves a field unchanged."""

    role: Role | UnsetType = UNSET
    name: str | UnsetType = UNSET
    phone: str | UnsetType | None = UNSET
    avatar_url: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    department: str | UnsetType | None = UNSET


class UserOrganization(Struct, frozen=True):
    """An organization that a user can sign in to, with their role there."""

    id: UUID
    name: str
    role: Role


class SecondFactor(Struct, frozen=True):
    """A user's second factor. `seed` gives the secret only together with the server's key."""

    user_id: UUID
    seed: bytes
    enabled_at: datetime | None
    recovery_codes_left: int

    @property
    def enabled(self) -> bool:
        """Whether signing in requires a code. False while the factor is being set up."""
        return self.enabled_at is not None

"""People and organizations as v2 shows them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from deskbell.api.v2.vocabulary import ShownRole, role_shown
from deskbell.features.access.records import Membership, SignedIn
from deskbell.features.organizations.records import Organization

__all__ = ["Notice", "OrganizationView", "SessionView", "SignedInView", "UserView"]


class Notice(Struct, frozen=True):
    """A sentence for the person."""

    message: str


class UserView(Struct, frozen=True, kw_only=True, rename="camel"):
    """A member of the organization."""

    id: UUID
    name: str
    email: str
    role: ShownRole
    organization_id: UUID
    avatar_url: str | None
    phone: str | None
    email_verified: bool
    last_login_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, member: Membership) -> "UserView":
        """A member in v2's form."""
        return cls(
            id=member.user_id,
            name=member.name,
            email=member.email,
            role=role_shown(member.role),
            organization_id=member.organization_id,
            avatar_url=member.avatar_url,
            phone=member.phone,
            email_verified=member.verified,
            last_login_at=member.last_login_at,
            created_at=member.created_at,
            updated_at=member.updated_at,
        )


class SignedInView(Struct, frozen=True, rename="camel"):
    """A sign-in. `token` holds until `expiresAt`; `refreshToken` gets the next one, once."""

    user: UserView
    token: str
    refresh_token: str
    expires_at: datetime

    @classmethod
    def of(cls, signed_in: SignedIn) -> "SignedInView":
        """A sign-in in v2's form."""
        return cls(UserView.of(signed_in.member), signed_in.token, signed_in.refresh_token, signed_in.expires_at)


class SessionView(Struct, frozen=True, rename="camel"):
    """Who is signed in, and until when the access token holds; null for an API key."""

    user: UserView
    expires_at: datetime | None


class SettingsView(Struct, frozen=True, kw_only=True, rename="camel"):
    """An organization's settings, defaults filled in."""

    time_zone: str
    language: str
    signup_allowed: bool
    business_name: str | None
    support_email: str | None
    website: str | None
    phone: str | None
    custom: dict[str, Any]


class OrganizationView(Struct, frozen=True, kw_only=True, rename="camel"):
    """The organization; its settings are for staff only."""

    id: UUID
    name: str
    domain: str | None
    settings: SettingsView | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, organization: Organization, *, for_staff: bool) -> "OrganizationView":
        """An organization in v2's form."""
        kept = organization.settings
        shown = {name: getattr(kept, name) for name in SettingsView.__struct_fields__} if for_staff else None
        return cls(
            id=organization.id,
            name=organization.name,
            domain=organization.domain,
            settings=None if shown is None else SettingsView(**shown),
            created_at=organization.created_at,
            updated_at=organization.updated_at,
        )

"""v1: shapes of settings."""

from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Email, Name
from deskbell.api.v1.organizations.shapes import OrganizationView
from deskbell.api.v1.two_factor.shapes import SetUpView
from deskbell.features.access.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD
from deskbell.features.access.records import Membership
from deskbell.features.notifications.records import Preferences
from deskbell.kernel.permissions import Role

Picture: TypeAlias = Annotated[
    str,
    Meta(
        max_length=2_000,
        pattern=r"^(https?://[^\s/]+\S*|/api/\S+|)$",
        extra={"messages": {"pattern": "not_a_picture_url"}},
    ),
]


class ProfileView(Struct, frozen=True, kw_only=True):
    """You. `pending_email` is the address that takes the place of `email` once you open the link that was mailed there."""

    id: UUID
    name: str
    email: str
    pending_email: str | None
    phone: str | None
    avatar: str | None
    role: Role
    title: str | None
    department: str | None
    verified: bool

    @classmethod
    def of(cls, member: Membership, pending_email: str | None) -> "ProfileView":
        """A member as they see themselves."""
        return cls(
            id=member.user_id, name=member.name, email=member.email, pending_email=pending_email, phone=member.phone,
            avatar=member.avatar_url, role=member.role, title=member.title, department=member.department,
            verified=member.verified,
        )  # fmt: skip


class SecurityView(Struct, frozen=True):
    """How you sign in."""

    two_factor_enabled: bool
    recovery_codes_left: int


class ChangedSecurity(Struct, frozen=True):
    """How you sign in; `two_factor_setup` is what your app needs while the second factor is being set up."""

    two_factor_enabled: bool
    recovery_codes_left: int
    two_factor_setup: SetUpView | None


class SettingsView(Struct, frozen=True):
    """Everything that you can set. The organization is null for an API key that may not read it."""

    profile: ProfileView
    notifications: Preferences
    security: SecurityView
    organization: OrganizationView | None


class ProfileBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values of some fields; what is left out stays, null or an empty text empties phone and avatar."""

    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    phone: Annotated[str, Meta(max_length=50)] | UnsetType | None = UNSET
    avatar: Picture | UnsetType | None = UNSET


class NotificationsBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to be told, and how; what is left out stays."""

    email_notifications: bool | UnsetType = UNSET
    desktop_notifications: bool | UnsetType = UNSET
    daily_summary: bool | UnsetType = UNSET
    ticket_updates: bool | UnsetType = UNSET
    ticket_assignments: bool | UnsetType = UNSET
    mentions: bool | UnsetType = UNSET


class SecurityBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new password, and whether to sign in with a second factor; what is left out stays.

    The current password is needed for a new one, and to turn the second factor off.
    """

    current_password: Annotated[str, Meta(min_length=1, max_length=1_000)] | None = None
    new_password: Annotated[str, Meta(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)] | None = None
    two_factor_enabled: bool | None = None

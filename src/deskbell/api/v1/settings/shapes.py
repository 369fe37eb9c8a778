"""v1: shapes of settings."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.fields import Email, Name
from deskbell.api.v1.organizations.shapes import OrganizationView
from deskbell.api.v1.two_factor.shapes import SetUpView
from deskbell.features.access.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD
from deskbell.features.access.records import Membership
from deskbell.features.notifications.records import Preferences
from deskbell.features.people.records.preferences import AfterSolve, Density, Theme
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
    """Your profile. `pending_email` replaces `email` once you open the link mailed to it."""

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
        return cls(
            id=member.user_id, name=member.name, email=member.email, pending_email=pending_email, phone=member.phone,
            avatar=member.avatar_url, role=member.role, title=member.title, department=member.department,
            verified=member.verified,
        )  # fmt: skip


class SecurityView(Struct, frozen=True):
    """Your security settings."""

    two_factor_enabled: bool
    recovery_codes_left: int


class ChangedSecurity(Struct, frozen=True):
    """Your security settings. `two_factor_setup` is the data for the authenticator app during setup."""

    two_factor_enabled: bool
    recovery_codes_left: int
    two_factor_setup: SetUpView | None


class SettingsView(Struct, frozen=True):
    """All settings. `organization` is null for an API key without the permission to read it."""

    profile: ProfileView
    notifications: Preferences
    security: SecurityView
    organization: OrganizationView | None


class ProfileBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. Null or an empty text clears phone and avatar."""

    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    phone: Annotated[str, Meta(max_length=50)] | UnsetType | None = UNSET
    avatar: Picture | UnsetType | None = UNSET


class NotificationsBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The notification preferences to change; omitted ones keep their values."""

    email_notifications: bool | UnsetType = UNSET
    desktop_notifications: bool | UnsetType = UNSET
    daily_summary: bool | UnsetType = UNSET
    ticket_updates: bool | UnsetType = UNSET
    ticket_assignments: bool | UnsetType = UNSET
    mentions: bool | UnsetType = UNSET


class SecurityBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new password, and whether to use two-factor authentication; omitted fields keep their values.

    `current_password` is required to change the password or to disable two-factor authentication.
    """

    current_password: Annotated[str, Meta(min_length=1, max_length=1_000)] | None = None
    new_password: Annotated[str, Meta(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)] | None = None
    two_factor_enabled: bool | None = None


CommandName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60)]
KeyText: TypeAlias = Annotated[str, Meta(max_length=40)]


class WebPreferencesBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The preferences to change; omitted ones keep their values. `keys` replaces all changed keys."""

    theme: Theme | UnsetType = UNSET
    density: Density | UnsetType = UNSET
    language: Literal["en", "de"] | UnsetType | None = UNSET
    after_solve: AfterSolve | UnsetType = UNSET
    undo_seconds: Annotated[int, Meta(ge=0, le=30)] | UnsetType = UNSET
    sounds: bool | UnsetType = UNSET
    single_keys: bool | UnsetType = UNSET
    first_steps_hidden: bool | UnsetType = UNSET
    keys: Annotated[dict[CommandName, KeyText], Meta(max_length=200)] | UnsetType = UNSET
    signature: (
        Annotated[
            str,
            Meta(
                max_length=2_000,
                description="Below your replies by mail; empty: the mailbox's. It may use the variables of canned responses",
            ),
        ]
        | UnsetType
    ) = UNSET

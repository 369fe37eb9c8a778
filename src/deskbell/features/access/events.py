"""Events of accounts and access."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutMember(Struct, frozen=True, kw_only=True):
    """Fields of events about one member."""

    subject_type: ClassVar[str] = "member"
    subject_key: ClassVar[str] = "user_id"
    user_id: UUID


class MemberAdded(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A user joined the organization: by sign-up, invitation, mail, a form, manual entry or import."""

    type: ClassVar[str] = "member.added"
    role: str
    how: str


class MemberInvited(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """An invitation is to be mailed. The link `link_id` gets its secret when the mail is written."""

    type: ClassVar[str] = "member.invited"
    role: str
    group_ids: tuple[UUID, ...] = ()
    link_id: UUID


class InvitationRevoked(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A pending invitation was revoked: its links are invalid."""

    type: ClassVar[str] = "member.invitation_revoked"
    role: str


class MemberUpdated(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """Fields of the member changed."""

    type: ClassVar[str] = "member.updated"
    changes: dict[str, Change]


class MemberRemoved(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """The member lost access; their tickets and comments stay."""

    type: ClassVar[str] = "member.removed"
    role: str


class SessionStarted(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A member signed in."""

    type: ClassVar[str] = "session.started"
    internal: ClassVar[bool] = True
    session_id: UUID
    ip: str | None = None


class SessionEnded(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A member signed out, or a session was ended from elsewhere."""

    type: ClassVar[str] = "session.ended"
    internal: ClassVar[bool] = True
    session_id: UUID


class RefreshTokenReused(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A refresh token was presented twice and may be stolen, so the session was ended."""

    type: ClassVar[str] = "session.refresh_reused"
    internal: ClassVar[bool] = True
    session_id: UUID


class PasswordChanged(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A new password was set; all other sessions ended."""

    type: ClassVar[str] = "member.password_changed"


class PasswordResetRequested(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A link to set a new password is to be mailed."""

    type: ClassVar[str] = "member.password_reset_requested"
    internal: ClassVar[bool] = True
    link_id: UUID


class SignInLinkRequested(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A link to sign in to the portal is to be mailed. `path` is that of the portal."""

    type: ClassVar[str] = "member.sign_in_link_requested"
    internal: ClassVar[bool] = True
    link_id: UUID
    path: str


class VerificationRequested(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A link to confirm the address is to be mailed."""

    type: ClassVar[str] = "member.verification_requested"
    internal: ClassVar[bool] = True
    email: str
    link_id: UUID


class AddressVerified(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """The member followed a link mailed to their address, which confirms it."""

    type: ClassVar[str] = "member.address_verified"
    email: str


class AddressChangeRequested(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """The member requested a new address: a link is mailed to it, and a notice to the current one."""

    type: ClassVar[str] = "member.address_change_requested"
    internal: ClassVar[bool] = True
    email: str
    link_id: UUID


class SecondFactorEnabled(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """Signing in requires a code from now on."""

    type: ClassVar[str] = "member.second_factor_enabled"
    internal: ClassVar[bool] = True


class SecondFactorDisabled(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """Signing in requires only the password again."""

    type: ClassVar[str] = "member.second_factor_disabled"
    internal: ClassVar[bool] = True


class RecoveryCodeUsed(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A recovery code was used to sign in; `left` is the number of unused ones."""

    type: ClassVar[str] = "member.recovery_code_used"
    internal: ClassVar[bool] = True
    left: int


class AboutApiKey(AboutMember, frozen=True, kw_only=True):
    """Fields of events about one API key; the member is its owner. Only admins see them."""

    subject_type: ClassVar[str] = "api_key"
    subject_key: ClassVar[str] = "key_id"
    internal: ClassVar[bool] = True
    key_id: UUID
    name: str
    scopes: list[str]


class ApiKeyCreated(AboutApiKey, DomainEvent, frozen=True, kw_only=True):
    """An API key was created."""

    type: ClassVar[str] = "api_key.created"


class ApiKeyRevoked(AboutApiKey, DomainEvent, frozen=True, kw_only=True):
    """An API key was revoked."""

    type: ClassVar[str] = "api_key.revoked"

"""What happens to people and their access."""

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
    """A person joined the organization: signed up, was invited, wrote a mail, was entered by hand or imported."""

    type: ClassVar[str] = "member.added"
    role: str
    how: str


class MemberInvited(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """An invitation is to be mailed. `link_id` names the link, which gets its secret when the mail is written."""

    type: ClassVar[str] = "member.invited"
    role: str
    group_ids: tuple[UUID, ...] = ()
    link_id: UUID


class InvitationRevoked(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """An invitation that nobody had followed was taken back: its links open nothing any more."""

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
    """Signed in."""

    type: ClassVar[str] = "session.started"
    internal: ClassVar[bool] = True
    session_id: UUID
    ip: str | None = None


class SessionEnded(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """Signed out, here or from elsewhere."""

    type: ClassVar[str] = "session.ended"
    internal: ClassVar[bool] = True
    session_id: UUID


class RefreshTokenReused(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A refresh token was presented a second time: it may have been stolen, so the session was ended."""

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


class VerificationRequested(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """A link to confirm the address is to be mailed."""

    type: ClassVar[str] = "member.verification_requested"
    internal: ClassVar[bool] = True
    email: str
    link_id: UUID


class AddressVerified(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """The member followed a link that was mailed to their address: it is theirs."""

    type: ClassVar[str] = "member.address_verified"
    email: str


class AddressChangeRequested(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """The member wants to be known by another address: a link is to be mailed there, and word of it to the present one."""

    type: ClassVar[str] = "member.address_change_requested"
    internal: ClassVar[bool] = True
    email: str
    link_id: UUID


class SecondFactorEnabled(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """Signing in asks for a code from now on."""

    type: ClassVar[str] = "member.second_factor_enabled"
    internal: ClassVar[bool] = True


class SecondFactorDisabled(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """Signing in asks for the password alone again."""

    type: ClassVar[str] = "member.second_factor_disabled"
    internal: ClassVar[bool] = True


class RecoveryCodeUsed(AboutMember, DomainEvent, frozen=True, kw_only=True):
    """One of the codes for the day on which the phone is gone was used to sign in."""

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

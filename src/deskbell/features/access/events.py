"""What happens to people and their access."""

from typing import ClassVar
from uuid import UUID

from deskbell.kernel.events import Change, DomainEvent


class MemberEvent(DomainEvent, frozen=True, kw_only=True):
    """Base: something about one member."""

    subject_type: ClassVar[str] = "member"
    user_id: UUID

    @property
    def subject_id(self) -> UUID:
        """The member."""
        return self.user_id


class MemberAdded(MemberEvent, frozen=True, kw_only=True):
    """A person joined the organization: signed up, was invited, wrote a mail, was entered by hand or imported."""

    type: ClassVar[str] = "member.added"
    role: str
    how: str


class MemberInvited(MemberEvent, frozen=True, kw_only=True):
    """An invitation is to be mailed. `link_id` names the link, which gets its secret when the mail is written."""

    type: ClassVar[str] = "member.invited"
    role: str
    group_ids: tuple[UUID, ...] = ()
    link_id: UUID


class InvitationRevoked(MemberEvent, frozen=True, kw_only=True):
    """An invitation that nobody had followed was taken back: its links open nothing any more."""

    type: ClassVar[str] = "member.invitation_revoked"
    role: str


class MemberUpdated(MemberEvent, frozen=True, kw_only=True):
    """Fields of the member changed."""

    type: ClassVar[str] = "member.updated"
    changes: dict[str, Change]


class MemberRemoved(MemberEvent, frozen=True, kw_only=True):
    """The member lost access; their tickets and comments stay."""

    type: ClassVar[str] = "member.removed"
    role: str


class SessionStarted(MemberEvent, frozen=True, kw_only=True):
    """Signed in."""

    type: ClassVar[str] = "session.started"
    session_id: UUID
    ip: str | None = None

    @property
    def internal(self) -> bool:
        """Sign-ins are the member's and the admins' business."""
        return True


class SessionEnded(MemberEvent, frozen=True, kw_only=True):
    """Signed out, here or from elsewhere."""

    type: ClassVar[str] = "session.ended"
    session_id: UUID

    @property
    def internal(self) -> bool:
        """As with sign-ins."""
        return True


class RefreshTokenReused(SessionEnded, frozen=True, kw_only=True):
    """A refresh token was presented a second time: it may have been stolen, so the session was ended."""

    type: ClassVar[str] = "session.refresh_reused"


class PasswordChanged(MemberEvent, frozen=True, kw_only=True):
    """A new password was set; all other sessions ended."""

    type: ClassVar[str] = "member.password_changed"


class PasswordResetRequested(MemberEvent, frozen=True, kw_only=True):
    """A link to set a new password is to be mailed."""

    type: ClassVar[str] = "member.password_reset_requested"
    link_id: UUID

    @property
    def internal(self) -> bool:
        """Nobody else's business."""
        return True


class VerificationRequested(MemberEvent, frozen=True, kw_only=True):
    """A link to confirm the address is to be mailed."""

    type: ClassVar[str] = "member.verification_requested"
    email: str
    link_id: UUID

    @property
    def internal(self) -> bool:
        """Nobody else's business."""
        return True


class AddressVerified(MemberEvent, frozen=True, kw_only=True):
    """The member followed a link that was mailed to their address: it is theirs."""

    type: ClassVar[str] = "member.address_verified"
    email: str


class AddressChangeRequested(MemberEvent, frozen=True, kw_only=True):
    """The member wants to be known by another address: a link is to be mailed there, and word of it to the present one."""

    type: ClassVar[str] = "member.address_change_requested"
    email: str
    link_id: UUID

    @property
    def internal(self) -> bool:
        """Nobody else's business."""
        return True


class SecondFactorEnabled(MemberEvent, frozen=True, kw_only=True):
    """Signing in asks for a code from now on."""

    type: ClassVar[str] = "member.second_factor_enabled"

    @property
    def internal(self) -> bool:
        """As with sign-ins."""
        return True


class SecondFactorDisabled(SecondFactorEnabled, frozen=True, kw_only=True):
    """Signing in asks for the password alone again."""

    type: ClassVar[str] = "member.second_factor_disabled"


class RecoveryCodeUsed(SecondFactorEnabled, frozen=True, kw_only=True):
    """One of the codes for the day on which the phone is gone was used to sign in."""

    type: ClassVar[str] = "member.recovery_code_used"
    left: int


class ApiKeyCreated(MemberEvent, frozen=True, kw_only=True):
    """A key for integrations was made."""

    type: ClassVar[str] = "api_key.created"
    subject_type: ClassVar[str] = "api_key"
    key_id: UUID
    name: str
    scopes: list[str]

    @property
    def subject_id(self) -> UUID:
        """The key."""
        return self.key_id

    @property
    def internal(self) -> bool:
        """For admins only."""
        return True


class ApiKeyRevoked(ApiKeyCreated, frozen=True, kw_only=True):
    """A key for integrations stopped working."""

    type: ClassVar[str] = "api_key.revoked"

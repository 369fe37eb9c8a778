"""Accounts as v1 shows and takes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from litestar.datastructures import CacheControlHeader
from msgspec import Meta, Struct, field

from deskbell.api.shared.requests import DeskbellRequest, client_address
from deskbell.api.v1.fields import Email, Name
from deskbell.features.access.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD, password_problems
from deskbell.features.access.records import ApiKey, Belonging, Invitation, Membership, Session, SignedIn
from deskbell.features.access.service.links import LIFETIME_OF
from deskbell.features.access.service.sessions import Device
from deskbell.kernel.errors import FieldProblem, Invalid
from deskbell.kernel.permissions import Role

__all__ = [
    "NEVER_STORED",
    "AcceptInvitation",
    "ApiKeyView",
    "CreateApiKey",
    "CreatedApiKey",
    "EmailBody",
    "InvitationView",
    "Invite",
    "Login",
    "Me",
    "MemberView",
    "RefreshBody",
    "ResetPassword",
    "SessionView",
    "SignUp",
    "TokenBody",
    "TokenView",
    "device_of",
    "in_document_words",
]


def _password_fault(password: str) -> str | None:
    return next((problem.message for problem in password_problems(password, None)), None)


NewPassword: TypeAlias = Annotated[
    str, Meta(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD, extra={"check": _password_fault})
]
Token: TypeAlias = Annotated[str, Meta(min_length=1, max_length=300)]
Phone: TypeAlias = Annotated[str, Meta(max_length=50)]

NEVER_STORED: Final = CacheControlHeader(no_store=True)
"""For answers that hold credentials."""


class Login(Struct, frozen=True, forbid_unknown_fields=True):
    """Address and password; `organization_id` chooses among several organizations, by default the one used last.

    `code` is for accounts with a second factor: what the authenticator app shows, or a recovery code.
    """

    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=1000)]
    organization_id: UUID | None = None
    code: Annotated[str, Meta(max_length=50)] | None = None


class SignUp(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new account. `organizationId` joins that organization; `organization` names a new one where one is made."""

    name: Name
    email: Email
    password: NewPassword
    organization_id: UUID | None = field(default=None, name="organizationId")
    organization: Name | None = None
    phone: Phone | None = None


class EmailBody(Struct, frozen=True, forbid_unknown_fields=True):
    """An address."""

    email: Email


class TokenBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The token of a mailed link."""

    token: Token


class RefreshBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The refresh token that came with the last access token."""

    refresh_token: Token


class ResetPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """The token of a mailed link, and the new password."""

    token: Token
    new_password: NewPassword = field(name="newPassword")


class AcceptInvitation(Struct, frozen=True, forbid_unknown_fields=True):
    """The token of an invitation, the password to set, and the name if it is another than the one invited."""

    token: Token
    password: NewPassword
    name: Name | None = None


class Inviter(Struct, frozen=True):
    """Who invited."""

    id: UUID
    name: str


class Invite(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom to invite, as what, and into which groups."""

    email: Email
    role: Role
    name: Name | None = None
    group_ids: Annotated[list[UUID], Meta(max_length=100)] = []


class InvitationView(Struct, frozen=True):
    """An invitation that nobody has followed yet. `id` is the invited person's; `expires_at` is when its link runs out."""

    id: UUID
    email: str
    name: str
    role: Role
    invited_by: Inviter | None
    invited_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationView":
        """An invitation in v1's form."""
        inviter = None
        if invitation.inviter_id is not None and invitation.inviter_name is not None:
            inviter = Inviter(invitation.inviter_id, invitation.inviter_name)
        return cls(
            invitation.user_id, invitation.email, invitation.name, invitation.role, inviter, invitation.invited_at,
            invitation.invited_at + LIFETIME_OF["invitation"],
        )  # fmt: skip


class CreateApiKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key's name and what it may do: `*`, a noun (`tickets:*`) or single permissions (`tickets:read`)."""

    name: Name
    scopes: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=100)]
    expires_at: datetime | None = None


class MemberView(Struct, frozen=True):
    """A person in an organization."""

    id: UUID
    email: str
    name: str
    role: Role
    organization_id: UUID
    phone: str | None
    avatar_url: str | None
    verified: bool

    @classmethod
    def of(cls, member: Membership) -> "MemberView":
        """A member as others and they themselves may see them."""
        return cls(
            member.user_id, member.email, member.name, member.role, member.organization_id, member.phone,
            member.avatar_url, member.verified,
        )  # fmt: skip


class TokenView(Struct, frozen=True):
    """A sign-in: the access token, for how many seconds it holds, and the token for the next one."""

    token: str
    refresh_token: str
    expires_in: int
    expires_at: datetime
    user: MemberView

    @classmethod
    def of(cls, signed_in: SignedIn) -> "TokenView":
        """A sign-in in v1's form."""
        return cls(
            signed_in.token,
            signed_in.refresh_token,
            signed_in.expires_in,
            signed_in.expires_at,
            MemberView.of(signed_in.member),
        )


class Me(Struct, frozen=True, kw_only=True):
    """The caller. `permissions` is what they may do, `organizations` where they could sign in."""

    id: UUID
    name: str
    email: str
    role: Role
    organization_id: UUID = field(name="organizationId")
    phone: str | None
    avatar_url: str | None
    title: str | None
    department: str | None
    verified: bool
    platform_admin: bool
    permissions: list[str]
    organizations: list[Belonging]


class SessionView(Struct, frozen=True):
    """A sign-in on one device; `current` is the one that asks."""

    id: UUID
    user_agent: str | None
    ip: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool

    @classmethod
    def of(cls, session: Session, current: UUID | None) -> "SessionView":
        """A session in v1's form."""
        return cls(
            session.id, session.user_agent, session.ip, session.created_at, session.last_used_at, session.expires_at,
            session.id == current,
        )  # fmt: skip


class ApiKeyView(Struct, frozen=True):
    """A key for integrations. `hint` is the end of its text, all of it that is shown after its creation."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    user_id: UUID
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> "ApiKeyView":
        """A key without its text."""
        return cls(
            key.id, key.name, key.hint, key.scopes, key.user_id, key.created_at, key.expires_at, key.last_used_at
        )


class CreatedApiKey(Struct, frozen=True):
    """A new key with its text, which is shown this once."""

    id: UUID
    name: str
    key: str
    hint: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None


def device_of(request: DeskbellRequest) -> Device:
    """Where a sign-in comes from."""
    return Device(request.headers.get("user-agent"), client_address(request))


_DOCUMENT_WORDS: Final = {"organization_id": "organizationId", "new_password": "newPassword"}


@contextmanager
def in_document_words() -> Iterator[None]:
    """Names fields in a refusal as the bodies do that support-desk.md writes in camelCase."""
    try:
        yield
    except Invalid as error:
        problems = [FieldProblem(_DOCUMENT_WORDS.get(p.path, p.path), p.message) for p in error.problems]
        raise Invalid(problems, error.message) from error

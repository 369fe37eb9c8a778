"""v1: shapes of sign-in and sign-up."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct, field

from deskbell.api.v1.fields import Email, Name
from deskbell.api.v1.invitations.shapes import MemberView
from deskbell.features.access.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD, password_problems
from deskbell.features.access.records import Belonging, SignedIn
from deskbell.kernel.errors import Problem
from deskbell.kernel.permissions import Role


def _check_password(password: str) -> Problem | None:
    return next(iter(password_problems(password, None)), None)


NewPassword: TypeAlias = Annotated[
    str, Meta(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD, extra={"check": _check_password})
]


Token: TypeAlias = Annotated[str, Meta(min_length=1, max_length=300)]


Phone: TypeAlias = Annotated[str, Meta(max_length=50)]


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

"""v1: shapes of sign-in and sign-up."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct, field

from deskbell.api.v1.fields import Email, Name
from deskbell.api.v1.invitations.shapes import MemberView
from deskbell.features.access.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD, password_problems
from deskbell.features.access.records import SignedIn, UserOrganization
from deskbell.kernel.errors import Problem
from deskbell.kernel.permissions import Permission, Role


def _check_password(password: str) -> Problem | None:
    return next(iter(password_problems(password, None)), None)


NewPassword: TypeAlias = Annotated[
    str, Meta(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD, extra={"check": _check_password})
]


Token: TypeAlias = Annotated[str, Meta(min_length=1, max_length=300)]


Phone: TypeAlias = Annotated[str, Meta(max_length=50)]


SessionForm: TypeAlias = Literal["tokens", "cookie"]
"""The form in which a client keeps its session: tokens for programs, a cookie for the web app."""


class Login(Struct, frozen=True, forbid_unknown_fields=True):
    """Email address and password. `organization_id` selects one of several organizations; the default is the last used.

    `code` is for accounts with two-factor authentication: from the authenticator app, or a recovery code. `session`
    chooses tokens, or the web app's cookie.
    """

    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=1000)]
    organization_id: UUID | None = None
    code: Annotated[str, Meta(max_length=50)] | None = None
    session: SessionForm = "tokens"


class SignUp(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new account. `organizationId` joins that organization; otherwise `organization` names the one to create."""

    name: Name
    email: Email
    password: NewPassword
    organization_id: UUID | None = field(default=None, name="organizationId")
    organization: Name | None = None
    phone: Phone | None = None


class EmailBody(Struct, frozen=True, forbid_unknown_fields=True):
    """An email address."""

    email: Email


class TokenBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The token from a mailed link."""

    token: Token


class RefreshBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The refresh token that was issued with the last access token."""

    refresh_token: Token


class ResetPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """The token from a mailed link and the new password."""

    token: Token
    new_password: NewPassword = field(name="newPassword")


class AcceptInvitation(Struct, frozen=True, forbid_unknown_fields=True):
    """The token of an invitation and the password to set. `name` replaces the invited name."""

    token: Token
    password: NewPassword
    name: Name | None = None
    session: SessionForm = "tokens"


class StepUp(Struct, frozen=True, forbid_unknown_fields=True):
    """Your password and, with two-factor authentication, a code from the app or a recovery code."""

    password: Annotated[str, Meta(min_length=1, max_length=1000)]
    code: Annotated[str, Meta(max_length=50)] | None = None


class SteppedUp(Struct, frozen=True):
    """Until when the session may do what needs a recent confirmation."""

    confirmed_until: datetime


class WebSessionView(Struct, frozen=True):
    """A sign-in that the answer's cookie keeps. Each use prolongs it, up to 90 days from now."""

    expires_at: datetime
    user: MemberView


class TokenView(Struct, frozen=True):
    """A sign-in. `token` is the access token, valid for `expires_in` seconds; `refresh_token` obtains the next one."""

    token: str
    refresh_token: str
    expires_in: int
    expires_at: datetime
    user: MemberView

    @classmethod
    def of(cls, signed_in: SignedIn) -> "TokenView":
        return cls(
            signed_in.token,
            signed_in.refresh_token,
            signed_in.expires_in,
            signed_in.expires_at,
            MemberView.of(signed_in.member),
        )


class Me(Struct, frozen=True, kw_only=True):
    """The current user with their permissions and the organizations they can sign in to."""

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
    permissions: list[Permission]
    organizations: list[UserOrganization]

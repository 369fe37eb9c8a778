"""v2: shapes of sign-in and sign-up."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.api.v2.fields import Name
from deskbell.api.v2.users.shapes import UserView
from deskbell.features.access.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD
from deskbell.features.access.records import SignedIn


class Notice(Struct, frozen=True):
    """A message to show to the user."""

    message: str


class SignedInView(Struct, frozen=True, rename="camel"):
    """A sign-in. `token` is valid until `expiresAt`; `refreshToken` obtains the next one and works once."""

    user: UserView
    token: str
    refresh_token: str
    expires_at: datetime

    @classmethod
    def of(cls, signed_in: SignedIn) -> "SignedInView":
        return cls(UserView.of(signed_in.member), signed_in.token, signed_in.refresh_token, signed_in.expires_at)


class SessionView(Struct, frozen=True, rename="camel"):
    """The current user. `expiresAt` is the access token's expiry, null for an API key."""

    user: UserView
    expires_at: datetime | None


Email: TypeAlias = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=r"^\s*[^@\s]+@[^@\s]+\s*$",
        extra={"messages": dict.fromkeys(("pattern", "too_long", "type"), "v2.email")},
    ),
]


NewPassword: TypeAlias = Annotated[
    str,
    Meta(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        extra={"messages": {"too_short": "v2.password.too_short"}},
    ),
]


Token: TypeAlias = Annotated[str, Meta(min_length=1, max_length=300)]


class Register(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A new account. `organizationId` joins that organization; otherwise `organizationName` names the one to create."""

    name: Name
    email: Email
    password: NewPassword
    organization_id: UUID | None = None
    organization_name: Name | None = None


class Login(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Email address and password. `organizationId` selects one of several organizations; the default is the last used.

    `code` is for accounts with two-factor authentication: from the authenticator app, or a recovery code.
    """

    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=1_000)]
    organization_id: UUID | None = None
    code: Annotated[str, Meta(max_length=50)] | None = None


class Refresh(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The refresh token that was issued with the last access token."""

    refresh_token: Token


class ForgotPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """The account's email address."""

    email: Email


class ResetPassword(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The token from a mailed link and the new password."""

    token: Token
    new_password: NewPassword


class VerifyEmail(Struct, frozen=True, forbid_unknown_fields=True):
    """The token from a mailed link."""

    token: Token

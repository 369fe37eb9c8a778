"""Sign-ins of mailboxes at their provider (OAuth2), and the values of known providers."""

from datetime import datetime
from typing import Final, Literal
from urllib.parse import quote
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

Provider = Literal["google", "microsoft", "other"]
Flow = Literal["code", "client"]
SignInTrouble = Literal["refused", "unreachable", "secret"]


class SignIn(Struct, frozen=True, kw_only=True):
    """The sign-in of a mailbox at its provider. Secrets and tokens are written and never read.

    `flow`: `code` is a person's consent in the browser, `client` the organization's own app with rights of its own (Microsoft).
    `trouble`: the provider `refused` to renew the token, so that an admin must sign in again; it was `unreachable`; or
    the stored `secret` cannot be opened.
    """

    mailbox_id: UUID
    provider: Provider
    flow: Flow = "code"
    client_id: str
    tenant: str = ""
    authorize_url: str
    token_url: str
    scope: str
    signed_in_at: datetime | None = None
    expires_at: datetime | None = None
    trouble: SignInTrouble | None = None
    detail: str | None = None
    updated_at: datetime


class SignInSettings(Struct, frozen=True, kw_only=True):
    """New settings; what is UNSET stays. The addresses and the scope of `other` are the admin's."""

    provider: Provider | UnsetType = UNSET
    flow: Flow | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    client_secret: str | UnsetType = UNSET
    tenant: str | UnsetType = UNSET
    authorize_url: str | UnsetType = UNSET
    token_url: str | UnsetType = UNSET
    scope: str | UnsetType = UNSET


class Secrets(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sealed parts of a sign-in. `verifier` belongs to a sign-in that is under way (PKCE)."""

    client_secret: str = ""
    access_token: str = ""
    refresh_token: str = ""
    verifier: str = ""
    redirect_uri: str = ""

    def __repr__(self) -> str:
        return "Secrets()"


class Tokens(Struct, frozen=True, kw_only=True):
    """A provider's answer. `seconds` is the life of the access token; a provider need not send a new refresh token."""

    access_token: str
    seconds: int
    refresh_token: str = ""

    def __repr__(self) -> str:
        return "Tokens()"


class Renewal(Struct, frozen=True, kw_only=True):
    """A renewal that a worker has claimed: the request for new tokens."""

    mailbox_id: UUID
    token_url: str
    form: dict[str, str]
    until: datetime | None = None
    """The end of the claim; new tokens count only while it is the claim of the sign-in."""

    def __repr__(self) -> str:
        return f"Renewal(at {self.token_url})"


class Begun(Struct, frozen=True, kw_only=True):
    """A sign-in that a person completes at the provider. `redirect_uri` must be registered there."""

    authorize_url: str
    redirect_uri: str


_GOOGLE: Final = ("https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token")
_MICROSOFT: Final = "https://login.microsoftonline.com"
_MICROSOFT_SCOPES: Final = {
    "code": "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
    "client": "https://outlook.office365.com/.default",
}


def addresses(provider: Provider, flow: Flow, tenant: str) -> tuple[str, str, str] | None:
    """Where a known provider signs in and gives tokens, and the scope for mail; None for `other`."""
    if provider == "google":
        return (*_GOOGLE, "https://mail.google.com/")
    if provider == "microsoft":
        place = f"{_MICROSOFT}/{quote(tenant or 'common', safe='')}/oauth2/v2.0"
        return f"{place}/authorize", f"{place}/token", _MICROSOFT_SCOPES[flow]
    return None

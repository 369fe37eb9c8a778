"""Credentials of clients: access tokens (JWT), refresh tokens, API keys and one-time links.

Every opaque token names its organization, so that row security applies before the first look-up.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import jwt
from msgspec import Struct

from deskbell.kernel.errors import Unauthenticated

ACCESS_LIFETIME: Final = timedelta(minutes=15)
_API_KEY_PREFIX: Final = "dbk_"
_REFRESH_PREFIX: Final = "dbr_"
_LINK_PREFIX: Final = "dbl_"
_WEB_PREFIX: Final = "dbw_"
_PORTAL_PREFIX: Final = "dbp_"


class AccessClaims(Struct, frozen=True):
    """The claims of an access token. Whether the session is still open is checked in the database."""

    user_id: UUID
    organization_id: UUID
    session_id: UUID
    role: str
    expires_at: float


class WebClaims(Struct, frozen=True):
    """The claims of a web session's cookie. Whether the session is still open is checked in the database."""

    organization_id: UUID
    session_id: UUID


class RefreshClaims(Struct, frozen=True):
    """The claims of a refresh token. Using generation n makes n + 1 the only valid one."""

    organization_id: UUID
    session_id: UUID
    generation: int


class TokenKeys:
    """Signs and reads tokens with keys derived from the server's secret."""

    def __init__(self, secret: str) -> None:
        root = secret.encode()
        self._access = hmac.digest(root, b"deskbell access token", "sha256")
        self._refresh = hmac.digest(root, b"deskbell refresh token", "sha256")
        self._web = hmac.digest(root, b"deskbell web session", "sha256")
        self._portal = hmac.digest(root, b"deskbell portal session", "sha256")
        self._second_factor = hmac.digest(root, b"deskbell second factor", "sha256")
        # Caching is safe: the signature of a token that was verified once stays valid until the token expires.
        self._verified = lru_cache(maxsize=8192)(self._verify)

    def access(self, claims: AccessClaims, now: datetime) -> str:
        """Returns a signed JWT with the documented claims."""
        return jwt.encode(
            {
                "sub": str(claims.user_id),
                "user_id": str(claims.user_id),
                "role": claims.role,
                "organization_id": str(claims.organization_id),
                "session_id": str(claims.session_id),
                "iat": int(now.timestamp()),
                "exp": int(claims.expires_at),
            },
            self._access,
            algorithm="HS256",
        )

    def read_access(self, token: str, now: datetime) -> AccessClaims:
        """The claims of an unexpired token that this server signed. Raises `Unauthenticated` for any other text."""
        claims = self._verified(token)
        if claims.expires_at <= now.timestamp():
            raise Unauthenticated("access_token.expired")
        return claims

    def _verify(self, token: str) -> AccessClaims:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._access, algorithms=["HS256"], options={"verify_exp": False, "require": ["exp", "sub"]}
            )
            return AccessClaims(
                UUID(claims["user_id"]), UUID(claims["organization_id"]), UUID(claims["session_id"]),
                str(claims["role"]), float(claims["exp"]),
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
            raise Unauthenticated("access_token.invalid") from error

    def second_factor_secret(self, user_id: UUID, seed: bytes) -> str:
        """The TOTP secret that the authenticator app shares with the server, in base32 (RFC 6238)."""
        return base64.b32encode(hmac.digest(self._second_factor, user_id.bytes + seed, "sha256")[:20]).decode()

    def refresh(self, claims: RefreshClaims) -> str:
        """Returns an opaque, signed refresh token."""
        body = claims.organization_id.bytes + claims.session_id.bytes + claims.generation.to_bytes(4, "big")
        return _REFRESH_PREFIX + _pack(body + hmac.digest(self._refresh, body, "sha256"))

    def read_refresh(self, token: str) -> RefreshClaims:
        """The claims of a refresh token that this server signed. Raises `Unauthenticated` for any other text."""
        raw = _unpack(token, _REFRESH_PREFIX)
        body, signature = raw[:36], raw[36:]
        if len(raw) != 68 or not hmac.compare_digest(signature, hmac.digest(self._refresh, body, "sha256")):
            raise Unauthenticated("refresh_token.invalid")
        return RefreshClaims(UUID(bytes=body[:16]), UUID(bytes=body[16:32]), int.from_bytes(body[32:], "big"))

    def web(self, claims: WebClaims) -> str:
        """Returns the opaque, signed value of the cookie of the agents' app."""
        return _cookie(_WEB_PREFIX, self._web, claims)

    def read_web(self, cookie: str) -> WebClaims:
        """The claims of a cookie that this server signed. Raises `Unauthenticated` for any other text."""
        return _read_cookie(_WEB_PREFIX, self._web, cookie)

    def portal(self, claims: WebClaims) -> str:
        """Returns the opaque, signed value of the portal's cookie, which `read_web` refuses: staff are customers there."""
        return _cookie(_PORTAL_PREFIX, self._portal, claims)

    def read_portal(self, cookie: str) -> WebClaims:
        """The claims of a portal's cookie that this server signed. Raises `Unauthenticated` for any other text."""
        return _read_cookie(_PORTAL_PREFIX, self._portal, cookie)


def hash_secret(secret: str | bytes) -> bytes:
    """The stored hash of a random secret. Plain SHA-256 suffices: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode() if isinstance(secret, str) else secret).digest()


def api_key_text(organization_id: UUID, key_id: UUID, secret: bytes) -> str:
    """The text of an API key, shown to its owner only at creation."""
    return _API_KEY_PREFIX + _pack(organization_id.bytes + key_id.bytes + secret)


def looks_like_api_key(text: str) -> bool:
    """Whether a credential has the form of an API key."""
    return text.startswith(_API_KEY_PREFIX)


def read_api_key(text: str) -> tuple[UUID, UUID, bytes]:
    """The organization, key and secret of an API key. Raises `Unauthenticated` for any other text."""
    raw = _unpack(text, _API_KEY_PREFIX)
    if len(raw) != 64:
        raise Unauthenticated("api_key.invalid")
    return UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), raw[32:]


def new_link_token(organization_id: UUID) -> tuple[str, bytes]:
    """A one-time token for a link in a mail, and the hash to store."""
    raw = organization_id.bytes + secrets.token_bytes(32)
    return _LINK_PREFIX + _pack(raw), hash_secret(raw)


def read_link_token(text: str) -> tuple[UUID, bytes]:
    """The organization and hash of a one-time token. Raises `Unauthenticated` for any other text.

    The hash covers the organization too, so a token is valid only in its own organization.
    """
    raw = _unpack(text, _LINK_PREFIX)
    if len(raw) != 48:
        raise Unauthenticated("token.invalid")
    return UUID(bytes=raw[:16]), hash_secret(raw)


def _cookie(prefix: str, key: bytes, claims: WebClaims) -> str:
    body = claims.organization_id.bytes + claims.session_id.bytes
    return prefix + _pack(body + hmac.digest(key, body, "sha256"))


def _read_cookie(prefix: str, key: bytes, cookie: str) -> WebClaims:
    raw = _unpack(cookie, prefix)
    body, signature = raw[:32], raw[32:]
    if len(raw) != 64 or not hmac.compare_digest(signature, hmac.digest(key, body, "sha256")):
        raise Unauthenticated("session.ended")
    return WebClaims(UUID(bytes=body[:16]), UUID(bytes=body[16:]))


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unpack(text: str, prefix: str) -> bytes:
    if not text.startswith(prefix) or len(text) > 256:
        raise Unauthenticated("token.invalid")
    body = text[len(prefix) :]
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unauthenticated("token.invalid") from error

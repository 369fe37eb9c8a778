"""Authenticates socket connections, at the start and repeatedly while they last."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from msgspec import Struct

from deskbell.features.access import service as access
from deskbell.features.access.tokens import TokenKeys, looks_like_api_key, read_api_key
from deskbell.features.chats import service as chats
from deskbell.features.chats.records import ChatEnded
from deskbell.features.guests import service as guests
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import NotFound, Unauthenticated
from deskbell.kernel.guest_links import GuestKind, LinkEnded, read_guest_token
from deskbell.runtime.database import Database, UnitOfWork

CredentialsOf = Callable[[Any], tuple[str, str]]
"""From an ASGI scope to ("bearer" | "cookie" | "web" | "key", credential), or two empty texts."""


class Credential(Struct, frozen=True):
    """A credential that was valid when it was presented: a session, the text of an API key, or the token of a guest."""

    organization_id: UUID
    session_id: UUID | None = None
    api_key: str | None = None
    guest: str | None = None
    """The token of a guest."""


class Authenticator:
    """Checks credentials. An access token's expiry is checked once; from then on the session's state decides."""

    def __init__(self, database: Database, keys: TokenKeys, credentials_of: CredentialsOf) -> None:
        self._database = database
        self._keys = keys
        self._credentials_of = credentials_of

    def admit(self, scope: Any) -> Credential:
        """The credential of a connection. Raises `Unauthenticated`, or `Forbidden` for a cookie from another site."""
        kind, text = self._credentials_of(scope)
        if not kind:
            raise Unauthenticated
        if kind == "web":
            claims = self._keys.read_web(text)
            return Credential(claims.organization_id, session_id=claims.session_id)
        return self.read(text)

    def read(self, text: str) -> Credential:
        """The credential of an access token, API key or guest's token. Raises `Unauthenticated`."""
        if looks_like_api_key(text):
            organization_id, _, _ = read_api_key(text)
            return Credential(organization_id, api_key=text)
        if (guest := read_guest_token(text)) is not None:
            return Credential(guest[0].organization_id, guest=text)
        claims = self._keys.read_access(text, utc_now())
        return Credential(claims.organization_id, session_id=claims.session_id)

    async def actor(self, credential: Credential) -> Actor:
        """The actor of a credential. Raises `Unauthenticated` once it is no longer valid, `Unavailable`."""
        uow = await self._database.acquire()
        try:
            if credential.api_key is not None:
                await access.enter_with_api_key(uow, credential.api_key)
            elif credential.guest is not None:
                await _enter_guest(uow, credential.guest)
            elif credential.session_id is None or not await uow.enter_session(
                credential.organization_id, credential.session_id
            ):
                raise Unauthenticated("session.ended")
            return uow.actor
        finally:
            await uow.release()


async def _enter_guest(uow: UnitOfWork, token: str) -> None:
    found = read_guest_token(token)
    try:
        if found is not None and found[0].kind is GuestKind.CHAT:
            await chats.enter(uow, token)
        else:
            await guests.enter(uow, token, GuestKind.LINK)
    except (NotFound, LinkEnded, ChatEnded) as error:
        raise Unauthenticated("session.ended") from error

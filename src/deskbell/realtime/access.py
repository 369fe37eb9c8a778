"""Who is at the door: credentials become a pass, and a pass an actor, as often as it is asked."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from msgspec import Struct

from deskbell.features.access import service as access
from deskbell.features.access.tokens import TokenKeys, looks_like_api_key, read_api_key
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Unauthenticated
from deskbell.runtime.database import Database

CredentialsOf = Callable[[Any], tuple[str, str]]
"""From an ASGI scope to ("bearer" | "cookie" | "key", credential), or two empty texts."""


class Pass(Struct, frozen=True):
    """A right to be connected that was genuine when it was shown: a session, or an API key's text."""

    organization_id: UUID
    session_id: UUID | None = None
    api_key: str | None = None


class Doorkeeper:
    """Checks credentials. The access token's time is looked at once; from then on the session's state decides."""

    def __init__(self, database: Database, keys: TokenKeys, credentials_of: CredentialsOf) -> None:
        self._database = database
        self._keys = keys
        self._credentials_of = credentials_of

    def admit(self, scope: Any) -> Pass:
        """The pass of a connection. Raises `Unauthenticated`, or `Forbidden` for a cookie from another site."""
        kind, credential = self._credentials_of(scope)
        if not kind:
            raise Unauthenticated
        return self.read(credential)

    def read(self, credential: str) -> Pass:
        """The pass of an access token or API key. Raises `Unauthenticated`."""
        if looks_like_api_key(credential):
            organization_id, _, _ = read_api_key(credential)
            return Pass(organization_id, api_key=credential)
        claims = self._keys.read_access(credential, utc_now())
        return Pass(claims.organization_id, session_id=claims.session_id)

    async def actor(self, shown: Pass) -> Actor:
        """Who this pass lets act right now. Raises `Unauthenticated` once it no longer holds, `Unavailable`."""
        uow = await self._database.acquire()
        try:
            if shown.api_key is not None:
                await access.enter_with_api_key(uow, shown.api_key)
            elif shown.session_id is None or not await uow.enter_session(shown.organization_id, shown.session_id):
                raise Unauthenticated("Your session has ended. Please sign in again.")
            return uow.actor
        finally:
            await uow.release()

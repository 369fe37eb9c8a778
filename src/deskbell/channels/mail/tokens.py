"""Access tokens of mailboxes that sign in at their provider."""

import asyncio
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from deskbell.features.mail.service import sign_in as service
from deskbell.features.mail.sign_in import Renewal, Tokens
from deskbell.features.webhooks.sending import Sender, Unreachable
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database
from deskbell.runtime.sealing import CannotOpen, Sealer, sealer_of
from deskbell.runtime.settings import Settings

_FINAL: Final = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "interaction_required"})
"""Refusals that a repeat does not change: an admin must sign in again, or correct the client."""
_LONGEST_LIFE: Final = 30 * 24 * 3_600
_LOOKS: Final = 60
_LOOK_SECONDS: Final = 0.5


class NoToken(Exception):
    """There is no valid token. `trouble` is `refused` where an admin must sign in again, else `unreachable`."""

    def __init__(self, trouble: str, detail: str) -> None:
        self.trouble, self.detail = trouble, detail
        super().__init__(f"{trouble}: {detail}")


class _Answer(Struct, frozen=True):
    """A provider's answer to a request for tokens (RFC 6749, sections 5.1 and 5.2)."""

    access_token: Annotated[str, Meta(max_length=20_000)] = ""
    refresh_token: Annotated[str, Meta(max_length=20_000)] = ""
    expires_in: int | str = 3_600
    error: str = ""
    error_description: str = ""


async def request_tokens(sender: Sender, renewal: Renewal) -> Tokens:
    """Asks the provider for tokens. Raises `NoToken`."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        answer = await sender.post(renewal.token_url, headers, urlencode(renewal.form).encode(), most_kept=50_000)
    except Unreachable as error:
        raise NoToken("unreachable", str(error)) from None
    try:
        found = msgspec.json.decode(answer.excerpt, type=_Answer)
        seconds = min(int(found.expires_in), _LONGEST_LIFE)
    except (msgspec.MsgspecError, ValueError):
        raise NoToken("unreachable", f"The provider answered {answer.status} in an unknown form") from None
    if found.access_token and answer.status == 200:
        return Tokens(access_token=found.access_token, refresh_token=found.refresh_token, seconds=seconds)
    words = " ".join(f"{found.error} {found.error_description}".split())[:300] or f"HTTP status {answer.status}"
    raise NoToken("refused" if found.error in _FINAL else "unreachable", words)


class TokenSource:
    """Hands out access tokens, and renews them. One per process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._sealer: Sealer = sealer_of(settings)
        self._sender = Sender(AllowedHosts(settings.webhook_allowed_hosts))

    async def close(self) -> None:
        """Ends the connections that are kept."""
        await self._sender.__aexit__()

    async def token(self, organization_id: UUID, mailbox_id: UUID) -> str:
        """A valid access token; one that is over is renewed first. Raises `NoToken`, `CannotOpen`."""
        for _ in range(_LOOKS):
            await self.renew(organization_id, mailbox_id)
            async with self._database.unit(Actor.system(organization_id)) as uow:
                found = await service.current(uow, mailbox_id, self._sealer)
            if found is None:
                raise NoToken("refused", "The mailbox has no sign-in at a provider")
            sign_in, token = found
            if token and sign_in.expires_at is not None and sign_in.expires_at > utc_now():
                return token
            is_new = sign_in.signed_in_at is None and sign_in.flow == "code"
            if sign_in.trouble is not None or is_new:
                raise NoToken(sign_in.trouble or "refused", sign_in.detail or "The mailbox is not signed in yet")
            await asyncio.sleep(_LOOK_SECONDS)  # another process renews it
        raise NoToken("unreachable", "Another process did not end the renewal of the token")

    async def renew(self, organization_id: UUID, mailbox_id: UUID) -> None:
        """Renews a token that is due, unless another process does. Failures are noted with the sign-in."""
        actor = Actor.system(organization_id)
        until = None
        try:
            async with self._database.unit(actor) as uow:
                renewal = await service.claim(uow, mailbox_id, self._sealer)
            if renewal is None:
                return
            until = renewal.until
            tokens = await request_tokens(self._sender, renewal)
        except NoToken as failure:
            trouble, detail = failure.trouble, failure.detail
        except CannotOpen:
            trouble, detail = "secret", "Sign in again, or set DESKBELL_SECRET_KEY_PREVIOUS"
        else:
            async with self._database.unit(actor) as uow:
                await service.keep(uow, mailbox_id, tokens, self._sealer, until)
            return
        async with self._database.unit(actor) as uow:
            await service.failed(uow, mailbox_id, trouble, detail, until)

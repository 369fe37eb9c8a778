"""The mail servers that mailboxes send through."""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import aiosmtplib

from deskbell.channels.mail.imap import LookFailed, address_of
from deskbell.channels.mail.tokens import NoToken, TokenSource
from deskbell.features.mail.dispatch import Cannot
from deskbell.features.mail.imap import Step
from deskbell.features.mail.service import smtp as service
from deskbell.features.mail.smtp import SmtpAccount
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import Database
from deskbell.runtime.mail import MailServer
from deskbell.runtime.mail_transport import Way, connected
from deskbell.runtime.sealing import CannotOpen, sealer_of
from deskbell.runtime.settings import Settings

_SECONDS: Final = 15.0


class MailboxServers:
    """Finds the way to the own servers of mailboxes."""

    def __init__(self, database: Database, settings: Settings, tokens: TokenSource) -> None:
        self._database, self._tokens = database, tokens
        self._sealer = sealer_of(settings)
        self._allowed = AllowedHosts(settings.webhook_allowed_hosts)

    async def way(self, organization_id: UUID, account: SmtpAccount) -> Way:
        """The server's checked address, with password or token. Raises `Cannot`."""
        try:
            if account.auth == "oauth":
                secret = await self._tokens.token(organization_id, account.mailbox_id)
            else:
                async with self._database.unit(Actor.system(organization_id)) as uow:
                    secret = await service.password_of(uow, account, self._sealer)
            address = await asyncio.to_thread(address_of, account.host, account.port, self._allowed)
        except NoToken as failure:
            raise Cannot("token", failure.detail) from None
        except LookFailed as failure:
            raise Cannot(failure.trouble, failure.detail) from None
        except CannotOpen:
            raise Cannot("secret", "Enter the password again, or set DESKBELL_SECRET_KEY_PREVIOUS") from None
        return Way(account.mailbox_id, server_of(account, secret, address), account.connections)


def server_of(account: SmtpAccount, secret: str, address: str | None) -> MailServer:
    """A mailbox's account as the transport knows it."""
    return MailServer(
        host=account.host, port=account.port, username=account.username or None,
        password=secret if account.username else None, use_tls=account.security == "tls",
        start_tls=account.security == "starttls", address=address, is_token=account.auth == "oauth",
    )  # fmt: skip


async def try_out_server(account: SmtpAccount, secret: str, allowed_hosts: Sequence[str]) -> list[Step]:
    """The steps of a sign-in at the mail server, up to the first that fails. Sends nothing."""
    steps: list[Step] = []
    try:
        address = await asyncio.to_thread(address_of, account.host, account.port, AllowedHosts(allowed_hosts))
        steps.append(Step(name="name", detail=address))
        client = await connected(server_of(account, secret, address), _SECONDS)
    except LookFailed as failure:
        return [*steps, Step(name="name", code=failure.trouble, detail=failure.detail)]
    except aiosmtplib.SMTPAuthenticationError as error:
        return [*steps, Step(name="connect"), Step(name="sign_in", code="sign_in", detail=_words(error.message))]
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError, TimeoutError, ValueError) as error:
        untrusted = "certificate" in str(error).lower()
        return [
            *steps,
            Step(name="certificate" if untrusted else "connect", code="certificate" if untrusted else "connect",
                 detail=_words(str(error) or type(error).__name__)),
        ]  # fmt: skip
    steps.append(Step(name="connect"))
    steps += [] if account.security == "none" else [Step(name="certificate")]
    steps += [Step(name="sign_in")] if account.username else []
    client.close()
    return steps


def _words(text: str) -> str:
    return " ".join(text.split())[:300]

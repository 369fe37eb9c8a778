"""Hands finished mails to the mail server, one transaction for each recipient, over connections that are kept for a while.

Without a mail server they are kept in the outbox, which the demo shows.
"""

import asyncio
import time
from email import message_from_bytes, policy
from typing import Any, Final, Self

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException
from msgspec import Struct

from deskbell.kernel.clock import utc_now
from deskbell.kernel.ids import new_id
from deskbell.runtime import outbox
from deskbell.runtime.database import Connection, Database
from deskbell.runtime.mail import MailServer, mail_server
from deskbell.runtime.settings import Settings

SECONDS: Final = 100.0
"""The time that one transaction may take in total."""
_STEP_SECONDS: Final = 30.0
_IDLE_SECONDS: Final = 20.0
_CONNECTIONS: Final = 4
_LONGEST_ANSWER: Final = 500
_ABOUT_US: Final = frozenset({530, 534, 535, 538})
"""Answers about our sign-in: no fault of the mail."""


class Answer(Struct, frozen=True):
    """The mail server's last word. `code` is None where there was none: no connection, or no answer in time."""

    code: int | None
    text: str
    is_taken: bool = False
    is_final: bool = False
    """Refused for good. Otherwise the mail is offered again."""
    about_us: bool = False
    """Refused because of us, not of this mail: sign-in or policy of the session."""


class Transport:
    """Sends mails. One per process."""

    def __init__(self, server: MailServer | None, database: Database) -> None:
        self._server = server
        self._database = database
        self._places = asyncio.Semaphore(_CONNECTIONS)
        self._idle: list[tuple[SMTP, float]] = []

    @classmethod
    def open(cls, settings: Settings, database: Database) -> Self:
        """The transport for these settings."""
        return cls(mail_server(settings.smtp_url) if settings.smtp_url else None, database)

    async def close(self) -> None:
        """Ends the connections that are kept."""
        while self._idle:
            self._idle.pop()[0].close()

    async def send(self, content: bytes, sender: str, recipient: str) -> Answer:
        """Offers a mail once. Never raises for what a mail server says or does."""
        if self._server is None:
            await self._keep(content, recipient)
            return Answer(250, "Kept in the outbox", is_taken=True)
        async with self._places:
            try:
                async with asyncio.timeout(SECONDS):
                    return await self._offer(self._server, content, sender, recipient)
            except TimeoutError:
                return Answer(None, f"The mail server did not finish within {SECONDS:.0f} seconds")

    async def _offer(self, server: MailServer, content: bytes, sender: str, recipient: str) -> Answer:
        client: SMTP | None = None
        done = False
        try:
            client = await self._connection(server)
            _, said = await client.sendmail(sender, [recipient], content)
            done = True
            return Answer(250, said[:_LONGEST_ANSWER], is_taken=True)
        except aiosmtplib.SMTPRecipientsRefused as error:
            done = True
            refused = error.recipients[0]
            return _answer(refused.code, refused.message)
        except aiosmtplib.SMTPSenderRefused as error:
            return _answer(error.code, error.message, policy_is_ours=True)
        except aiosmtplib.SMTPAuthenticationError as error:
            return Answer(error.code, error.message[:_LONGEST_ANSWER], about_us=True)
        except SMTPResponseException as error:
            return _answer(error.code, error.message)
        except ValueError as error:
            return Answer(None, str(error)[:_LONGEST_ANSWER], is_final=True)
        except (SMTPException, OSError) as error:
            return Answer(None, (str(error) or type(error).__name__)[:_LONGEST_ANSWER])
        finally:
            if client is not None:
                if done and client.is_connected:
                    self._idle.append((client, time.monotonic()))
                else:
                    client.close()

    async def _connection(self, server: MailServer) -> SMTP:
        """A kept connection that still answers, else a new one."""
        while self._idle:
            client, since = self._idle.pop()
            if time.monotonic() - since < _IDLE_SECONDS and client.is_connected:
                try:
                    await client.noop()
                except (SMTPException, OSError):
                    pass
                else:
                    return client
            client.close()
        client = SMTP(
            hostname=server.host, port=server.port, username=server.username, password=server.password,
            use_tls=server.use_tls, start_tls=server.start_tls, timeout=_STEP_SECONDS,
        )  # fmt: skip
        await client.connect()
        return client

    async def _keep(self, content: bytes, recipient: str) -> None:
        message = message_from_bytes(content, policy=policy.default)
        headers = {name: str(value) for name, value in message.items()}
        plain, rich = message.get_body(("plain",)), message.get_body(("html",))
        kept = outbox.KeptMail(
            new_id(), utc_now(), recipient, str(message["Subject"]), headers, _words(plain) or "", _words(rich)
        )
        async with self._database.unit(None) as uow:
            await uow.begin()
            await outbox.keep(Connection(uow.db.raw), kept)


def _words(part: Any) -> str | None:
    return None if part is None else str(part.get_content()).replace("\r\n", "\n")


def _answer(code: int, text: str, *, policy_is_ours: bool = False) -> Answer:
    """A refusal: 4xx is temporary, 5xx final, unless it is about us."""
    ours = code in _ABOUT_US or (policy_is_ours and text.lstrip().startswith("5.7."))
    return Answer(code, text[:_LONGEST_ANSWER], is_final=500 <= code < 600 and not ours, about_us=ours)

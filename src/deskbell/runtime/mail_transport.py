"""Hands finished mails to mail servers, one transaction for each recipient, over connections that are kept for a while.

Without a mail server they are kept in the outbox, which the demo shows.
"""

import asyncio
import socket
import time
from email import message_from_bytes, policy
from typing import Any, Final, Self
from uuid import UUID

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException
from msgspec import Struct

from deskbell.kernel.clock import utc_now
from deskbell.kernel.ids import new_id
from deskbell.runtime import outbox
from deskbell.runtime.connection import Connection
from deskbell.runtime.database import Database
from deskbell.runtime.mail import MailServer, mail_server
from deskbell.runtime.settings import Settings

SECONDS: Final = 100.0
"""The time that one transaction may take in total."""
WAIT_SECONDS: Final = 20.0
"""The longest wait for a connection. With one transaction it stays below the lease of a delivery."""
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
    no_place: bool = False
    """Not offered, because every connection was in use."""
    no_connection: bool = False
    """Not offered, because there was no connection."""


class Way(Struct, frozen=True):
    """A mailbox's own mail server, and the connections that it takes at a time."""

    mailbox_id: UUID
    server: MailServer
    connections: int


class _Pool:
    """The connections to one mail server."""

    def __init__(self, server: MailServer, connections: int) -> None:
        self.server = server
        self.connections = connections
        self.places = asyncio.Semaphore(connections)
        self._idle: list[tuple[SMTP, float]] = []

    def close(self) -> None:
        """Ends the connections that are kept."""
        while self._idle:
            self._idle.pop()[0].close()

    def give_back(self, client: SMTP, *, done: bool) -> None:
        """Keeps a connection whose last transaction came to an end, and closes another."""
        if done and client.is_connected:
            self._idle.append((client, time.monotonic()))
        else:
            client.close()

    async def take(self) -> SMTP:
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
        return await connected(self.server, _STEP_SECONDS)


class Transport:
    """Sends mails. One per process."""

    def __init__(self, server: MailServer | None, database: Database) -> None:
        self.has_server = server is not None
        self._pool = None if server is None else _Pool(server, _CONNECTIONS)
        self._own: dict[UUID, _Pool] = {}
        self._database = database

    @classmethod
    def open(cls, settings: Settings, database: Database) -> Self:
        """The transport for these settings."""
        return cls(mail_server(settings.smtp_url) if settings.smtp_url else None, database)

    async def close(self) -> None:
        """Ends the connections that are kept."""
        for pool in (self._pool, *self._own.values()):
            if pool is not None:
                pool.close()

    async def send(self, content: bytes, sender: str, recipient: str, way: Way | None = None) -> Answer:
        """Offers a mail once, to the mailbox's own server if there is a `way`. Never raises for what a server says or does."""
        pool = self._pool if way is None else self._pool_of(way)
        if pool is None:
            await self._keep(content, recipient)
            return Answer(250, "Kept in the outbox", is_taken=True)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await pool.places.acquire()
        except TimeoutError:
            return Answer(None, "Every connection to the mail server is in use", no_place=True)
        try:
            async with asyncio.timeout(SECONDS):
                return await self._offer(pool, content, sender, recipient)
        except TimeoutError:
            return Answer(None, f"The mail server did not finish within {SECONDS:.0f} seconds")
        finally:
            pool.places.release()

    def _pool_of(self, way: Way) -> _Pool:
        """The connections of a mailbox; those to a server that it no longer uses, or with an older token, are closed."""
        pool = self._own.get(way.mailbox_id)
        if pool is None or pool.connections != way.connections:
            if pool is not None:
                pool.close()
            pool = self._own[way.mailbox_id] = _Pool(way.server, way.connections)
        elif pool.server != way.server:
            pool.close()
            pool.server = way.server
        return pool

    async def _offer(self, pool: _Pool, content: bytes, sender: str, recipient: str) -> Answer:
        client: SMTP | None = None
        done = False
        try:
            client = await pool.take()
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
            words = (str(error) or type(error).__name__)[:_LONGEST_ANSWER]
            return Answer(None, words, no_connection=client is None)
        finally:
            if client is not None:
                pool.give_back(client, done=done)

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


async def connected(server: MailServer, seconds: float) -> SMTP:
    """A signed-in connection. `seconds` is the time for each step. Raises what the library does."""
    sock = None if server.address is None else await _socket(server.address, server.port, seconds)

    async def token() -> str:
        return server.password or ""

    client = SMTP(
        hostname=server.host, port=server.port if sock is None else None, sock=sock, username=server.username,
        password=None if server.is_token else server.password, oauth_token_generator=token if server.is_token else None,
        use_tls=server.use_tls, start_tls=server.start_tls, timeout=seconds,
    )  # fmt: skip
    try:
        await client.connect()
    except BaseException:
        if sock is not None:
            sock.close()
        raise
    return client


async def _socket(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to an address that was checked: looking the name up again could find another one."""
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except BaseException:
        sock.close()
        raise
    return sock


def _words(part: Any) -> str | None:
    return None if part is None else str(part.get_content()).replace("\r\n", "\n")


def _answer(code: int, text: str, *, policy_is_ours: bool = False) -> Answer:
    """A refusal: 4xx is temporary, 5xx final, unless it is about us."""
    ours = code in _ABOUT_US or (policy_is_ours and text.lstrip().startswith("5.7."))
    return Answer(code, text[:_LONGEST_ANSWER], is_final=500 <= code < 600 and not ours, about_us=ours)

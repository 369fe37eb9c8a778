"""Outgoing mail: sent through the operator's mail server, or kept in the outbox if none is configured."""

import ipaddress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib
import idna
from msgspec import Struct

from deskbell.kernel.clock import utc_now
from deskbell.kernel.ids import new_id
from deskbell.runtime import outbox
from deskbell.runtime.connection import Connection
from deskbell.runtime.database import Database
from deskbell.runtime.settings import Settings

_SECONDS_TO_WAIT: Final = 30.0
# Set from the mail's fields; an extra header of the same name would duplicate them.
_OWN: Final = frozenset({"from", "to", "subject", "date", "message-id", "content-type", "mime-version"})


class MailRefused(Exception):
    """The mail server rejected the mail permanently (a 5xx reply): do not retry."""


class OutgoingMail(Struct, frozen=True, kw_only=True):
    """A mail to one address. `message_id`, in angle brackets, is set for mails whose replies must be matched."""

    to: str
    subject: str
    text: str
    html: str | None = None
    headers: dict[str, str] = {}
    message_id: str | None = None


class MailServer(Struct, frozen=True, kw_only=True):
    """The mail server. `start_tls` None means: if the server offers it.

    `address` is the one to connect to, where the name was looked up and checked before. `is_token`: `password` is an access token
    (XOAUTH2).
    """

    host: str
    port: int
    username: str | None
    password: str | None
    use_tls: bool
    start_tls: bool | None
    address: str | None = None
    is_token: bool = False

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


class Mailer:
    """Sends mail. One per process; holds no connection between mails."""

    def __init__(self, sender: str, base_url: str, server: MailServer | None, database: Database) -> None:
        self._sender = sender
        self._domain = urlsplit(base_url).hostname or "localhost"
        self._server = server
        self._database = database

    @classmethod
    def open(cls, settings: Settings, database: Database) -> "Mailer":
        """The mailer for these settings."""
        server = mail_server(settings.smtp_url) if settings.smtp_url else None
        return cls(settings.mail_from, settings.base_url, server, database)

    async def send(self, mail: OutgoingMail) -> str:
        """Sends a mail and returns its Message-ID.

        Raises `MailRefused` for a permanent rejection; any other error is temporary.
        """
        message = compose(mail, self._sender, self._domain)
        if self._server is None:
            await self._keep(mail, message)
        else:
            await _hand_over(self._server, message)
        return str(message["Message-ID"])

    async def _keep(self, mail: OutgoingMail, message: EmailMessage) -> None:
        headers = {name: str(value) for name, value in message.items()}
        kept = outbox.KeptMail(new_id(), utc_now(), mail.to, str(message["Subject"]), headers, mail.text, mail.html)
        # Not from the pool: the caller may hold one of its connections, and concurrent senders would deadlock.
        connection = await self._database.listen()
        try:
            async with connection.transaction():
                await outbox.keep(Connection(connection), kept)
        finally:
            await connection.close()


def compose(mail: OutgoingMail, sender: str, domain: str) -> EmailMessage:
    """The mail as a message: UTF-8, with the headers that stop auto-responders (RFC 3834)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender)
    message["To"] = _address(mail.to)
    # A line break would end the header and inject another one.
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = mail.message_id or make_msgid(domain=_ascii_domain(domain))
    extra = {name: " ".join(value.split()) for name, value in mail.headers.items() if name.lower() not in _OWN}
    if "auto-submitted" not in {name.lower() for name in extra}:
        message["Auto-Submitted"] = "auto-generated"
    for name, value in extra.items():
        message[name] = value
    message.set_content(mail.text, charset="utf-8")
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html", charset="utf-8")
    return message


def mail_server(url: str) -> MailServer:
    """Parses an SMTP URL: `smtp://` upgrades to TLS if offered, `smtps://` uses TLS from the start.

    A password is never sent unencrypted to another machine: with one, `smtp://` requires TLS.
    """
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    secure = parts.scheme == "smtps"
    username = unquote(parts.username) if parts.username else None
    must_upgrade = username is not None and not _is_loopback(host)
    return MailServer(
        host=host,
        port=parts.port or (465 if secure else 587 if username else 25),
        username=username,
        password=unquote(parts.password) if parts.password else None,
        use_tls=secure,
        start_tls=False if secure else True if must_upgrade else None,
    )


async def _hand_over(server: MailServer, message: EmailMessage) -> None:
    try:
        await aiosmtplib.send(
            message, hostname=server.host, port=server.port, username=server.username, password=server.password,
            use_tls=server.use_tls, start_tls=server.start_tls, timeout=_SECONDS_TO_WAIT,
        )  # fmt: skip
    except aiosmtplib.SMTPRecipientsRefused as error:
        if all(500 <= each.code < 600 for each in error.recipients):
            raise MailRefused("The mail server does not take mail for this address") from error
        raise
    except aiosmtplib.SMTPAuthenticationError:
        raise  # a configuration error: the mail is retried until the operator fixes it
    except aiosmtplib.SMTPResponseException as error:
        if 500 <= error.code < 600:
            raise MailRefused(f"The mail server refused the mail: {error.code} {error.message}") from error
        raise


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        raise MailRefused("The part of this address before the @ is not ASCII, and few mail servers take it")
    return Address(display_name=name, addr_spec=f"{local}@{_ascii_domain(domain)}" if local else address)


def _ascii_domain(domain: str) -> str:
    """The domain in A-labels (RFC 5891), which every mail server accepts. Raises `MailRefused` if it has none."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise MailRefused("The domain of this address cannot be written in ASCII, as mail needs it") from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

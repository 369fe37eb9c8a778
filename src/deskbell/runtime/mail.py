"""Outgoing mail: handed to the operator's mail server, or kept in the outbox where none is set."""

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
from deskbell.runtime.database import Connection, Database
from deskbell.runtime.settings import Settings

_SECONDS_TO_WAIT: Final = 30.0
# Written from the mail's own fields; a header of the same name among the extra ones would be a second one.
_OWN: Final = frozenset({"from", "to", "subject", "date", "message-id", "content-type", "mime-version"})


class MailRefused(Exception):
    """The mail server will never take this mail (a 5xx answer): sending it again is of no use."""


class OutgoingMail(Struct, frozen=True, kw_only=True):
    """A mail to one address. `message_id` is given where replies must find back, with its angle brackets."""

    to: str
    subject: str
    text: str
    html: str | None = None
    headers: dict[str, str] = {}
    message_id: str | None = None


class MailServer(Struct, frozen=True, kw_only=True):
    """Where mail is handed in. `start_tls` None means: where the server offers it."""

    host: str
    port: int
    username: str | None
    password: str | None
    use_tls: bool
    start_tls: bool | None


class Mailer:
    """Sends mail. Made once per process; holds no connection between mails."""

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
        """Hands a mail over and returns its Message-ID.

        Raises `MailRefused` when the server will never take it; any other error means: try again later.
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
        # Not one of the pool's: whoever sends may hold one of those, and as many senders as it has would wait for another.
        connection = await self._database.listen()
        try:
            async with connection.transaction():
                await outbox.keep(Connection(connection), kept)
        finally:
            await connection.close()


def compose(mail: OutgoingMail, sender: str, domain: str) -> EmailMessage:
    """The mail as a message: UTF-8, with the headers that keep auto-responders from answering it (RFC 3834)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender)
    message["To"] = _address(mail.to)
    # A line break would end the header, and what follows would be a header of somebody's choosing.
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
    """What an SMTP URL says: `smtp://` upgrades to TLS where offered, `smtps://` speaks it from the first byte.

    A password is never sent in the clear to another machine: with one, `smtp://` demands TLS.
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
        raise  # the operator's to mend; until then the mail waits
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
    """The domain in A-labels (RFC 5891), which every mail server takes. Raises `MailRefused` for what has none."""
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

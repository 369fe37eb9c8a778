"""Connections to mailboxes by IMAP, and the test of one. They block, and belong in a thread."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS, wrap_socket
from msgspec import Struct

from deskbell.features.mail.imap import After, Auth, ImapAccount, Security, Step, Trouble
from deskbell.features.webhooks.targets import AllowedHosts, is_public

SECONDS: Final = 60.0
"""For one command."""
_CONNECT_SECONDS: Final = 15.0


class Login(Struct, frozen=True, kw_only=True):
    """Where a mailbox is, and who reads it. `password` is the provider's token where `auth` is `oauth`."""

    host: str
    port: int
    security: Security
    username: str
    password: str
    auth: Auth = "password"
    folder: str = "INBOX"
    more_folders: Sequence[str] = ()
    first_days: int = 0
    after: After = "keep"
    move_to: str = ""

    def __repr__(self) -> str:
        return f"Login({self.username} at {self.host}:{self.port})"


class LookFailed(Exception):
    """A mailbox cannot be read. `trouble` says why, the message has the server's words."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        self.trouble, self.detail = trouble, detail
        super().__init__(f"{trouble}: {detail}")


def address_of(host: str, port: int, allowed: AllowedHosts) -> str:
    """An address of a host that may be connected to. Raises `LookFailed` for an unknown name, and for private addresses."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LookFailed("name", str(error)) from error
    addresses = [str(each[4][0]) for each in found]
    if not allowed.allows(host.lower(), port) and not all(is_public(each) for each in addresses):
        raise LookFailed("address", f"{host} is not on the public internet")
    return addresses[0]


class _Tls(IMAP4_TLS):  # type: ignore[misc]  # the library has no types
    """TLS to an address that was checked, with the certificate of the name."""

    def __init__(self, address: str, host: str, port: int, context: ssl.SSLContext) -> None:
        self._address = address
        super().__init__(host, port, context, _CONNECT_SECONDS)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        sock = socket.create_connection((self._address, self.port), timeout=timeout or _CONNECT_SECONDS)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        wrapped: socket.socket = wrap_socket(sock, self.ssl_context, self.host)
        return wrapped


class _Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    """A connection to an address that was checked."""

    def __init__(self, address: str, login: Login, context: ssl.SSLContext) -> None:
        self._address = address
        super().__init__(
            login.host, login.port, ssl=login.security == "tls", ssl_context=context,
            timeout=SocketTimeout(_CONNECT_SECONDS, SECONDS),
        )  # fmt: skip

    def _create_IMAP4(self) -> Any:  # noqa: N802 - the library's name
        if self.ssl:
            return _Tls(self._address, self.host, self.port, self.ssl_context)
        plain = IMAP4WithTimeout(self._address, self.port, _CONNECT_SECONDS)
        plain.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return plain


def connect(login: Login, allowed: AllowedHosts, steps: list[Step] | None = None) -> Any:
    """A signed-in connection with the folder selected; `steps` gets each step that succeeds. Raises `LookFailed`."""
    done = steps if steps is not None else []
    context = ssl.create_default_context()
    address = address_of(login.host, login.port, allowed)
    done.append(Step(name="name", detail=address))
    client: Any = None
    try:
        client = _Client(address, login, context)
        done.append(Step(name="connect", detail=words_of(client.welcome)))
        if login.security == "starttls":
            client.starttls(context)
        if login.security != "none":
            done.append(Step(name="certificate"))
        _sign_in(client, login)
        done.append(Step(name="sign_in"))
        for folder in (*login.more_folders, login.folder):
            select(client, folder)
            done.append(Step(name="folder", detail=folder))
    except BaseException as error:
        if client is not None:
            with contextlib.suppress(Exception):
                client.shutdown()
        if isinstance(error, Exception) and not isinstance(error, LookFailed):
            raise LookFailed(trouble_of(error), words_of(error)) from error
        raise
    return client


def _sign_in(client: Any, login: Login) -> None:
    """By password, or by the provider's token in the form that the server knows. A refused token is a refused sign-in."""
    if login.auth == "password":
        client.login(login.username, login.password)
        return
    try:
        if client.has_capability("AUTH=XOAUTH2"):
            client.oauth2_login(login.username, login.password)
        else:
            client.oauthbearer_login(login.username, login.password)
    except IMAPClientError as error:
        raise LookFailed("sign_in", words_of(error)) from error


def select(client: Any, folder: str) -> Any:
    """Selects a folder. Raises `LookFailed`."""
    try:
        return client.select_folder(folder)
    except IMAPClientError as error:
        raise LookFailed("folder", words_of(error)) from error


def trouble_of(error: Exception) -> Trouble:
    """The trouble of a connection."""
    if isinstance(error, ssl.SSLError):
        return "certificate" if isinstance(error, ssl.SSLCertVerificationError) else "connect"
    if isinstance(error, LoginError):
        return "sign_in"
    return "connect" if isinstance(error, OSError) else "protocol"


def words_of(value: Any) -> str:
    """A server's words on one line."""
    words = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return " ".join(words.split())[:300]


async def try_out(login: Login, allowed: AllowedHosts) -> list[Step]:
    """The steps of a sign-in, up to the first that fails."""
    return await asyncio.to_thread(_steps, login, allowed)


async def try_out_account(account: ImapAccount, password: str, allowed_hosts: Sequence[str]) -> list[Step]:
    """`try_out` with the settings of an account."""
    login = Login(
        host=account.host, port=account.port, security=account.security, username=account.username, password=password,
        auth=account.auth, folder=account.folder, more_folders=account.more_folders,
    )  # fmt: skip
    return await try_out(login, AllowedHosts(allowed_hosts))


def _steps(login: Login, allowed: AllowedHosts) -> list[Step]:
    steps: list[Step] = []
    try:
        client = connect(login, allowed, steps)
    except LookFailed as failure:
        return [*steps, Step(name=_STEP_OF[failure.trouble], code=failure.trouble, detail=failure.detail)]
    with contextlib.suppress(Exception):
        client.logout()
    return steps


_STEP_OF: Final[Mapping[Trouble, Literal["name", "connect", "certificate", "sign_in", "folder"]]] = {
    "name": "name", "address": "name", "connect": "connect", "protocol": "connect", "certificate": "certificate",
    "sign_in": "sign_in", "secret": "sign_in", "token": "sign_in", "folder": "folder",
}  # fmt: skip

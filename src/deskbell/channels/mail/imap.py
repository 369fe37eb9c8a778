"""Looking into a mailbox by IMAP. Runs in a thread: the library blocks.

The place in a folder is the UID. Mails are read with PEEK, one by one, so that neither other programs nor the size of a mailbox
matter; a mail counts as taken once the caller has stored it.
"""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS, wrap_socket
from msgspec import Struct

from deskbell.features.mail.imap import After, Auth, ImapAccount, Place, Security, Step, Trouble
from deskbell.features.webhooks.targets import AllowedHosts, is_public
from deskbell.kernel.clock import utc_now

SECONDS: Final = 60.0
"""For one command."""
IDLE_SECONDS: Final = 110.0
"""The longest wait for news; then the folder is looked at in any case, and IDLE is renewed."""
_NOTED_EVERY: Final = 25
"""Mails after which the place is noted: so many are fetched twice after a crash, and found to be duplicates."""
_NAP_SECONDS: Final = 2.0
"""The time within which a stop is noticed."""
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
        return IMAP4WithTimeout(self._address, self.port, _CONNECT_SECONDS)


def connect(login: Login, allowed: AllowedHosts, steps: list[Step] | None = None) -> Any:
    """A signed-in connection with the folder selected; `steps` gets each step that succeeds. Raises `LookFailed`."""
    done = steps if steps is not None else []
    context = ssl.create_default_context()
    address = address_of(login.host, login.port, allowed)
    done.append(Step(name="name", detail=address))
    client: Any = None
    try:
        client = _Client(address, login, context)
        done.append(Step(name="connect", detail=_text(client.welcome)))
        if login.security == "starttls":
            client.starttls(context)
        if login.security != "none":
            done.append(Step(name="certificate"))
        _sign_in(client, login)
        done.append(Step(name="sign_in"))
        for folder in (*login.more_folders, login.folder):
            _select(client, folder)
            done.append(Step(name="folder", detail=folder))
    except BaseException as error:
        if client is not None:
            with contextlib.suppress(Exception):
                client.shutdown()
        if isinstance(error, Exception) and not isinstance(error, LookFailed):
            raise LookFailed(_trouble(error), _text(error)) from error
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
        raise LookFailed("sign_in", _text(error)) from error


def _select(client: Any, folder: str) -> Any:
    try:
        return client.select_folder(folder)
    except IMAPClientError as error:
        raise LookFailed("folder", _text(error)) from error


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, ssl.SSLError):
        return "certificate" if isinstance(error, ssl.SSLCertVerificationError) else "connect"
    if isinstance(error, LoginError):
        return "sign_in"
    return "connect" if isinstance(error, OSError) else "protocol"


def _text(value: Any) -> str:
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


class Watcher:
    """Looks into a mailbox until it is stopped, or until `looked` says no.

    `take` stores a mail; `looked` gets the place in each folder after each look. Both are called from the watcher's thread and
    may raise.
    """

    def __init__(
        self, login: Login, places: Mapping[str, Place], allowed: AllowedHosts, most_bytes: int,
        take: Callable[[bytes], None], looked: Callable[[dict[str, Place]], bool],
    ) -> None:  # fmt: skip
        self._login, self._allowed, self._most_bytes = login, allowed, most_bytes
        self._places = dict(places)
        self._take, self._looked = take, looked
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ends `run` within seconds."""
        self._stopped.set()

    def run(self) -> None:
        """Looks, waits for news and looks again. Raises `LookFailed`, and whatever `take` and `looked` raise."""
        client = connect(self._login, self._allowed)
        try:
            while not self._stopped.is_set():
                for folder in (*self._login.more_folders, self._login.folder):  # the last one stays selected
                    self._look(client, folder)
                if not self._looked(self._places):
                    return
                self._wait(client)
        except (IMAPClientError, OSError, ssl.SSLError) as error:
            raise LookFailed(_trouble(error), _text(error)) from error
        finally:
            with contextlib.suppress(Exception):
                client.shutdown()

    def _look(self, client: Any, folder: str) -> None:
        """Takes what is new. A folder that is seen for the first time begins with the next mail, or some days back."""
        found = _select(client, folder)
        validity, following = int(found[b"UIDVALIDITY"]), int(found.get(b"UIDNEXT", 1))
        place = self._places.get(folder)
        if place is None:
            place = Place(validity, self._first_uid(client, following) - 1)
        elif place.uidvalidity != validity:
            place = Place(validity, 0)  # every mail is looked at again: digests find those that are here already
        self._places[folder] = place
        last = place.last_uid
        new = [uid for uid in client.search(["UID", f"{last + 1}:*"]) if uid > last]
        for number, uid in enumerate(sorted(new), 1):
            if self._stopped.is_set():
                return
            self._fetch(client, uid)
            self._places[folder] = Place(validity, uid)
            if number % _NOTED_EVERY == 0 and not self._looked(self._places):
                self.stop()

    def _first_uid(self, client: Any, following: int) -> int:
        if self._login.first_days == 0:
            return following
        since = (utc_now() - timedelta(days=self._login.first_days)).date()
        return min(client.search(["SINCE", since]), default=following)

    def _fetch(self, client: Any, uid: int) -> None:
        """Hands one mail over; of one that is too large only so much that this shows."""
        part = f"BODY.PEEK[]<0.{self._most_bytes + 1}>"
        answer = client.fetch([uid], [part]).get(uid)
        raw = (
            None
            if answer is None
            else next((each for name, each in answer.items() if name.startswith(b"BODY[]")), None)
        )
        if raw is None:
            return  # another program has deleted it meanwhile
        self._take(raw)
        if self._login.after == "keep":
            return
        with contextlib.suppress(IMAPClientError):  # it is stored: what the server refuses here loses nothing
            if self._login.after == "move":
                self._move(client, uid)
            else:
                _delete(client, uid)

    def _move(self, client: Any, uid: int) -> None:
        if client.has_capability("MOVE"):
            client.move([uid], self._login.move_to)
        else:
            client.copy([uid], self._login.move_to)
            _delete(client, uid)

    def _wait(self, client: Any) -> None:
        """Until the server has news, at most `IDLE_SECONDS`; without IDLE for that long."""
        if not client.has_capability("IDLE"):
            self._stopped.wait(IDLE_SECONDS)
            return
        client.idle()
        waited = 0.0
        try:
            while not self._stopped.is_set() and waited < IDLE_SECONDS:
                if client.idle_check(timeout=_NAP_SECONDS):
                    return
                waited += _NAP_SECONDS
        finally:
            client.idle_done()


def _delete(client: Any, uid: int) -> None:
    client.delete_messages([uid])
    if client.has_capability("UIDPLUS"):
        client.uid_expunge([uid])
    else:
        client.expunge()

"""A mail server with answers chosen by a test, that keeps what it takes."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Sink:
    """`answer` gives the reply to a phase, `RCPT` or `DATA`, for a recipient; None accepts.

    With `accounts`, names and their passwords or tokens, clients must sign in.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, bytes]] = []
        self.answer: Callable[[str, str], str | None] = lambda _phase, _recipient: None
        self.connections = 0
        self.accounts: dict[str, str] = {}
        self.signed_in: list[str] = []
        self.url = ""

    def mails_to(self, address: str) -> list[EmailMessage]:
        """The mails that were taken for an address, in order."""
        return [message_from_bytes(raw, policy=policy.default) for _, to, raw in self.taken if to == address]

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answer("RCPT", address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        (recipient,) = envelope.rcpt_tos
        answer = self.answer("DATA", recipient)
        if answer is None or answer.startswith("2"):
            self.taken.append((envelope.mail_from or "", recipient, envelope.original_content or b""))
        return answer or "250 OK"

    def connection(self) -> Any:
        """A new connection."""
        self.connections += 1
        return SMTP(
            self, ident="Sink", loop=asyncio.get_running_loop(), authenticator=self._authenticate,
            auth_required=bool(self.accounts), auth_require_tls=False,
        )  # fmt: skip

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        return self._judge(data.login.decode(), data.password.decode())

    async def auth_XOAUTH2(self, _server: SMTP, words: list[str]) -> AuthResult:  # noqa: N802 - as above
        parts = b64decode(words[1]).decode().split("\x01")
        return self._judge(parts[0].removeprefix("user="), parts[1].removeprefix("auth=Bearer "))

    def _judge(self, name: str, secret: str) -> AuthResult:
        is_right = self.accounts.get(name) == secret
        if is_right:
            self.signed_in.append(name)
        return AuthResult(success=is_right, handled=False)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])


@asynccontextmanager
async def running_sink() -> AsyncIterator[Sink]:
    """A sink on a free port of this machine."""
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(sink.connection, "127.0.0.1", 0)
    sink.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield sink
    finally:
        server.close()

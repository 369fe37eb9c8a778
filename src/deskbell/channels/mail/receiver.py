"""The SMTP and LMTP receiver: it answers 250 once a mail is committed, and takes mail for our own mailboxes only."""

import asyncio
import errno
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct

from deskbell.channels.mail.intake import Accepted, Incoming, Intake
from deskbell.features.mail import service
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Unavailable
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.settings import Settings

_log: Final = structlog.get_logger("deskbell.mail")
_MAX_RECIPIENTS: Final = 100
_MAX_LINE: Final = 1024 * 1024
"""In bytes. The library's 1,001 refuses mails that real programs send."""
_LEAST_FREE: Final = 256 * 1024 * 1024
"""In bytes: with less free space on its disk the desk takes no mail, so that the database can still write."""
_TRY_LATER: Final = "451 4.3.0 Try again later"
_TROUBLE: Final = (*DATABASE_ERRORS, Unavailable, OSError)


class Limits(Struct, frozen=True):
    """The most concurrent connections, in all and from one address, and the longest silence of one."""

    connections: int = 50
    per_peer: int = 10
    idle_seconds: float = 300


class Handler:
    """Answers to the commands of a session. `Receiver` files in the background what was stored."""

    def __init__(self, database: Database, intake: Intake, stored: "asyncio.Queue[Accepted]", folder: Path) -> None:
        self._database, self._intake, self._stored, self._folder = database, intake, stored, folder

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accepts a recipient that is one of our addresses."""
        if len(envelope.rcpt_tos) >= _MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            _require_space(self._folder)
            async with self._database.unit(None) as uow:
                known = await service.routes(uow, [address])
        except _TROUBLE:
            _log.warning("a recipient could not be looked up", exc_info=True)
            return _TRY_LATER
        if not known:
            return "550 5.1.1 There is no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Stores the mail for each organization among its recipients. LMTP gets an answer for each recipient."""
        try:
            answer = await self._store(session, envelope, is_lmtp=getattr(server, "is_lmtp", False))
        except _TROUBLE:
            _log.warning("a mail could not be stored", exc_info=True)
            answer = _TRY_LATER
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if getattr(server, "is_lmtp", False) else 1))

    async def _store(self, session: Session, envelope: Envelope, *, is_lmtp: bool) -> str:
        content = envelope.original_content or b""
        _require_space(self._folder)
        async with self._database.unit(None) as uow:
            found = await service.routes(uow, envelope.rcpt_tos)
        of_organization: dict[UUID, list[str]] = {}
        for address in envelope.rcpt_tos:
            if address in found:
                of_organization.setdefault(found[address][0], []).append(address)
        copies = [
            (organization_id, addresses)
            for organization_id, named in of_organization.items()
            for addresses in await self._copies(organization_id, named, {each: found[each][1] for each in named})
        ]
        for organization_id, addresses in copies:
            mail = Incoming(
                organization_id=organization_id, mailbox_id=found[addresses[0]][1],
                source="lmtp" if is_lmtp else "smtp", raw=content, envelope_from=envelope.mail_from or "",
                envelope_to=addresses, peer=str(session.peer[0]) if session.peer else None,
            )  # fmt: skip
            for accepted in await self._intake.accept([mail]):
                self._stored.put_nowait(accepted)
        return "250 2.0.0 OK"

    async def _copies(
        self, organization_id: UUID, addresses: list[str], mailbox_of: dict[str, UUID]
    ) -> list[list[str]]:
        """The recipients of an organization, together, or by mailbox where one of these gets tickets of its own."""
        mailboxes = list(dict.fromkeys(mailbox_of.values()))
        if len(mailboxes) > 1:
            async with self._database.unit(Actor.system(organization_id)) as uow:
                if await service.gets_own_tickets(uow, mailboxes):
                    return [[each for each in addresses if mailbox_of[each] == mailbox] for mailbox in mailboxes]
        return [addresses]


def _require_space(folder: Path) -> None:
    """Raises `OSError` where the disk of the desk's folder is nearly full."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return  # the desk keeps nothing there: database and files are elsewhere
    if free < _LEAST_FREE:
        raise OSError(errno.ENOSPC, f"only {free // 1024**2} MB are free", str(folder))


class _Connection(SMTP):
    """One connection; after LHLO it answers as LMTP demands."""

    line_length_limit = _MAX_LINE
    is_lmtp = False

    def __init__(self, handler: Handler, peers: "Counter[str]", limits: Limits, **options: Any) -> None:
        super().__init__(handler, timeout=limits.idle_seconds, **options)
        self._peers, self._peer, self._limits = peers, "", limits

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._peer = str((transport.get_extra_info("peername") or ("?",))[0])
        self._peers[self._peer] += 1
        if self._peers.total() > self._limits.connections or self._peers[self._peer] > self._limits.per_peer:
            transport.write(b"421 4.3.2 Too many connections\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._peers[self._peer] -= 1
        if not self._peers[self._peer]:
            del self._peers[self._peer]
        super().connection_lost(error)

    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802 - the library's name
        """Begins an LMTP session."""
        self.is_lmtp = True
        await self.smtp_EHLO(arg)


class Receiver:
    """Listens until it is stopped, and files what it has stored, one mail after the other."""

    def __init__(
        self, database: Database, intake: Intake, settings: Settings, limits: Limits = Limits()  # noqa: B008 - it is frozen
    ) -> None:  # fmt: skip
        self._intake, self._limits = intake, limits
        self._stored: asyncio.Queue[Accepted] = asyncio.Queue()
        self._handler = Handler(database, intake, self._stored, settings.data_dir)
        self._max_bytes = settings.max_mail_bytes
        self._peers: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._filing: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Listens on an address; returns the port, which is a free one for 0. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, host, port)
        self._filing = asyncio.create_task(self._file_stored())
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stops listening. What is stored and not filed is left to the worker."""
        if self._server is not None:
            self._server.close()
        if self._filing is not None:
            self._filing.cancel()
            with suppress(asyncio.CancelledError):
                await self._filing

    def _connection(self) -> _Connection:
        return _Connection(
            self._handler, self._peers, self._limits, data_size_limit=self._max_bytes, enable_SMTPUTF8=True,
            decode_data=False, ident="Deskbell", loop=asyncio.get_running_loop(),
        )  # fmt: skip

    async def _file_stored(self) -> None:
        while True:
            await self._intake.overtaken_if_slow(self._file(await self._stored.get()))

    async def _file(self, mail: Accepted) -> None:
        try:
            await self._intake.file(mail, await self._intake.read(mail))
        except Exception:  # noqa: BLE001 - it is stored: the worker tries again, and the next mail must not wait
            _log.warning("a mail was not filed immediately", mail_id=str(mail.mail_id), exc_info=True)

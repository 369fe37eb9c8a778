"""Sends due deliveries of mail.

As with webhooks, a delivery is claimed by moving its next attempt to the end of a lease, offered to the mail server without a
connection to the database, and its end is written in a second transaction. A worker that dies between the server's answer and
that transaction leaves a delivery that comes due again: the same bytes under the same Message-ID are sent twice, and nothing else
is repeated.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from typing import Final, Protocol
from uuid import UUID

import structlog

from deskbell.features.mail import composing
from deskbell.features.mail.facts import Facts
from deskbell.features.mail.outgoing import DueDelivery, Ready, SentFile
from deskbell.features.mail.queries import deliveries, outgoing
from deskbell.features.mail.queries import smtp as smtp_queries
from deskbell.features.mail.schedule import LEASE
from deskbell.features.mail.service import making, smtp
from deskbell.features.mail.service.domains import signing_key
from deskbell.features.mail.service.noting import note
from deskbell.features.mail.signing import signed
from deskbell.features.mail.smtp import SmtpAccount
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.mail_transport import Answer, Transport, Way
from deskbell.runtime.sealing import CannotOpen, sealer_of
from deskbell.runtime.settings import Settings
from deskbell.runtime.storage import Storage
from deskbell.runtime.telemetry import mail_offered

_PLACES: Final = 16
_PER_ORGANIZATION: Final = 8
"""Attempts under way: a mail server that never answers must not take every place."""
_BUSY: Final = timedelta(seconds=10)
_SOON: Final = timedelta(milliseconds=250)
"""Until an organization with all of its attempts under way is looked at again: a place is free within moments."""
_log: Final = structlog.get_logger("deskbell.mail")


class Cannot(Exception):
    """A mailbox's own server cannot be used now. `trouble` is a code, `detail` words for admins."""

    def __init__(self, trouble: str, detail: str) -> None:
        self.trouble, self.detail = trouble, detail
        super().__init__(f"{trouble}: {detail}")


class OwnServers(Protocol):
    """Finds the way to a mailbox's own server."""

    async def way(self, organization_id: UUID, account: SmtpAccount) -> Way:
        """The server's checked address, with password or token. Raises `Cannot`."""
        ...


class Dispatcher:
    """One worker's attempts. `finished` is called after each."""

    def __init__(
        self, database: Database, storage: Storage, settings: Settings, transport: Transport, own: OwnServers
    ) -> None:
        self._database, self._storage, self._settings, self._transport = database, storage, settings, transport
        self._own = own
        self._sealer = sealer_of(settings)
        self._attempts: Counter[UUID] = Counter()
        self._under_way: set[asyncio.Task[None]] = set()
        self.finished: Callable[[], None] = lambda: None

    async def start_due(self, now: datetime | None = None) -> int:
        """Begins an attempt for each delivery that is due and has a place; returns their number."""
        places = _PLACES - len(self._under_way)
        if places <= 0:
            return 0
        at = now or utc_now()
        async with self._database.across() as db:
            claimed = await deliveries.claim(db, at, at + LEASE, places, _PER_ORGANIZATION)
        started = 0
        for due in claimed:
            if self._attempts[due.organization_id] >= _PER_ORGANIZATION:
                await self._put_back(due, at + _SOON)
                continue
            self._attempts[due.organization_id] += 1
            task = asyncio.create_task(self._attempt(due))
            self._under_way.add(task)
            task.add_done_callback(partial(self._done, due.organization_id))
            started += 1
        return started

    async def _put_back(self, due: DueDelivery, at: datetime) -> None:
        """Ends a claim without an attempt."""
        async with self._database.unit(Actor.system(due.organization_id)) as uow:
            await uow.begin()
            await smtp_queries.put_back(uow.db, due.id, due.tries, at)

    async def drain(self) -> None:
        """Waits until no attempt is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way))

    async def stop(self) -> None:
        """Breaks off what is under way; it is tried again when the leases end."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._transport.close()

    def _done(self, organization_id: UUID, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._attempts[organization_id] -= 1
        if not self._attempts[organization_id]:
            del self._attempts[organization_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("an attempt to send a mail failed by a fault of ours; it is made again", exc_info=error)
        self.finished()

    async def _attempt(self, due: DueDelivery) -> None:
        actor = Actor.system(due.organization_id)
        try:
            async with self._database.unit(actor) as uow:
                facts = await making.gather(uow, due.mail_id)
                account = None if facts is None else await self._account(uow, facts)
            if facts is None:
                return
            way = None
            if account is not None:
                way = await self._own_way(actor, account, due)
                if way is None:
                    return
            ready = await self._made(actor, facts, due, has_own=way is not None)
            answer = (
                Answer(None, "This address cannot be written in ASCII, as mail needs it", is_final=True)
                if ready is None
                else await self._transport.send(ready.content, ready.sender, ready.recipient, way)
            )
            if answer.no_place:
                await self._put_back(due, utc_now() + _BUSY)
                return
            async with self._database.unit(actor) as uow:
                if account is None or await smtp.answered(uow, account, due, answer):
                    await note(uow, due, answer)
            mail_offered("sent" if answer.is_taken else "failed" if answer.is_final else "delayed")
        except DATABASE_ERRORS:
            _log.warning("the end of an attempt to send a mail was lost; it is made again", delivery_id=str(due.id))

    async def _account(self, uow: UnitOfWork, facts: Facts) -> SmtpAccount | None:
        """The own server of the mail's mailbox. A notice about a mailbox that fails goes the server's way, if there is one."""
        account = await smtp.account_for(uow, facts.mailbox.id)
        fails = account is not None and account.failing_since is not None
        if fails and facts.mail.notification_id is not None and facts.ticket is None and self._transport.has_server:
            return None
        return account

    async def _own_way(self, actor: Actor, account: SmtpAccount, due: DueDelivery) -> Way | None:
        """The way to the mailbox's own server, if it may send now and can; else the delivery waits."""
        async with self._database.unit(actor) as uow:
            if not await smtp.take_turn(uow, account, due):
                return None
        try:
            return await self._own.way(due.organization_id, account)
        except Cannot as reason:
            trouble, detail = reason.trouble, reason.detail
        async with self._database.unit(actor) as uow:
            await smtp.wait(uow, account, due, trouble, detail)
        return None

    async def _made(self, actor: Actor, facts: Facts, due: DueDelivery, *, has_own: bool) -> Ready | None:
        """The mail's bytes, made and kept for the first attempt; None where an address cannot be written."""
        server_sender = self._settings.mail_from
        sender = making.envelope_sender(facts, parseaddr(server_sender)[1], has_own=has_own)
        recipient = composing.written_address(due.address)
        if recipient is None:
            return None
        content = facts.content
        if content is None:
            files = await self._files(actor, facts)
            letter = making.letter_of(facts, files, server_sender, self._settings.base_url, utc_now())
            try:
                content = await asyncio.to_thread(composing.compose, letter)
            except ValueError:
                return None
            content = await self._signed(actor, content, letter.message_id.rpartition("@")[2])
            async with self._database.unit(actor) as uow:
                content = await making.keep(uow, facts, letter, content)
        return Ready(content, sender, recipient)

    async def _signed(self, actor: Actor, content: bytes, domain: str) -> bytes:
        """The mail with the domain's signature, if it has a key. A key that cannot be opened does not stop mail."""
        try:
            async with self._database.unit(actor) as uow:
                key = await signing_key(uow, domain, self._sealer)
        except CannotOpen:
            _log.warning("a signing key cannot be opened; set DESKBELL_SECRET_KEY_PREVIOUS", domain=domain)
            return content
        return content if key is None else await asyncio.to_thread(signed, content, key)

    async def _files(self, actor: Actor, facts: Facts) -> list[SentFile]:
        """The contents of a reply's files, read without a connection to the database: the storage may be slow."""
        files = making.files_of(facts)
        if not files:
            return []
        async with self._database.unit(actor) as uow:
            keys = await outgoing.file_keys(uow.db, [each.file_id for each in files if each.file_id is not None])
        chosen = making.fitting(files)
        found = []
        for each in files:
            if each.file_id is not None and each.file_id in keys:
                content = await self._storage.get(keys[each.file_id]) if each.file_id in chosen else None
                found.append(
                    SentFile(file_id=each.file_id, name=each.filename, mime_type=each.mime_type, content=content)
                )
        return found

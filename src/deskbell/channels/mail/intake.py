"""Takes mails in: stores them, has them read in the child process and files them.

A mail is committed before `accept` returns; everything after that is repeatable from the stored bytes.
"""

import asyncio
import contextlib
import hashlib
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import structlog
from msgspec.structs import replace

from deskbell.channels.mail.incoming import Accepted, Incoming, first_state, is_from_outside, message_id_of
from deskbell.channels.mail.judging import judge, unread
from deskbell.channels.mail.proving import prove, verified_seals
from deskbell.channels.mail.reading.process import Bounds, ReaderProcess
from deskbell.features.mail import service
from deskbell.features.mail.records import Filed, Judged, NewMail, ReceivedMail, StoredContent, StoredPart
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.kernel.mail.records import Part, ReadMail, Unreadable
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.name_servers import DnsResolver, TextResolver
from deskbell.runtime.settings import Settings
from deskbell.runtime.storage import Storage
from deskbell.runtime.telemetry import mail_filed, mail_read

__all__ = ["Accepted", "Incoming", "Intake"]

_log: Final = structlog.get_logger("deskbell.mail")
_IN_ROW: Final = 1024 * 1024
"""In bytes: a larger mail is kept in the storage, not in its row."""
_READINGS: Final = 2
"""A mail that ends the reader this many times waits in quarantine."""
_PATIENCE: Final = 5.0
"""In seconds: a mail that takes longer is overtaken by those behind it."""
_MOST_SLOW: Final = 2
"""The mails that are overtaken and still being read; each has a reader of its own."""
_MOST_EARLIER: Final = 20
"""Mails that answer one another and are filed in their order, although the last one came first to its turn."""


class Intake:
    """The way in for all receivers of a process."""

    def __init__(
        self, database: Database, storage: Storage, settings: Settings, resolver: TextResolver | None = None,
        bounds: Bounds = Bounds(), patience: float = _PATIENCE,  # noqa: B008 - it is frozen
    ) -> None:  # fmt: skip
        self._database, self._storage = database, storage
        self._resolver = resolver or DnsResolver()
        self._max_bytes = settings.max_mail_bytes
        self._limited = bool(settings.rate_limits)
        self._bounds, self._patience = bounds, patience
        self._readers: list[ReaderProcess] = []
        self._slow: set[asyncio.Task[None]] = set()
        self._folders: list[tempfile.TemporaryDirectory[str]] = []

    async def close(self) -> None:
        """Ends the readers. A mail that is being read stays stored, for the worker."""
        for task in self._slow:
            task.cancel()
        await asyncio.gather(*self._slow, return_exceptions=True)
        while self._readers:
            await self._readers.pop().close()
        while self._folders:
            self._folders.pop().cleanup()

    async def accept(self, mails: Sequence[Incoming]) -> list[Accepted]:
        """Stores mails of one organization in one transaction; afterwards their senders may be answered."""
        stored = [await self._new_mail(mail) for mail in mails]
        if not mails:
            return []
        async with self._database.unit(Actor.system(mails[0].organization_id)) as uow:
            waiting = [await service.accept(uow, each) and each.state == "received" for each in stored]
        return [
            Accepted(mail.organization_id, new.id, mail.raw, mail.source, mail.peer, mail.mailbox_id, is_waiting=is_new)
            for mail, new, is_new in zip(mails, stored, waiting, strict=True)
        ]

    async def _new_mail(self, mail: Incoming) -> NewMail:
        """A mail as it is stored; the bytes of a large one are in the storage then."""
        mail_id, size = new_id(), len(mail.raw)
        too_large = size > self._max_bytes
        state, reason = first_state(mail, too_large=too_large)
        key = f"{mail.organization_id}/{mail_id}" if size > _IN_ROW and not too_large else None
        if key is not None:
            await self._storage.put(key, mail.raw)
        return NewMail(
            id=mail_id, source=mail.source, size=size, raw_digest=hashlib.sha256(mail.raw).digest(),
            message_id=message_id_of(mail.raw),
            raw=None if key is not None or too_large else mail.raw, raw_key=key, mailbox_id=mail.mailbox_id,
            state=state, reason=reason,
            envelope_from=mail.envelope_from, envelope_to=mail.envelope_to, peer=mail.peer,
        )  # fmt: skip

    async def read(self, mail: Accepted) -> Judged | None:
        """Reads a mail in the child and stores its files; None if it cannot be read."""
        if mail.as_file:
            file_id = uuid5(mail.mail_id, "as it came")
            key = f"{mail.organization_id}/{file_id}"
            await self._storage.put(key, mail.raw)
            return unread(mail.raw, key, file_id)
        for _ in range(_READINGS):
            with self._folder() as folder, self._reader() as reader:
                began = time.monotonic()
                found = await reader.read(mail.raw, folder)
                mail_read(time.monotonic() - began)
                if not isinstance(found, Unreadable):
                    parts = [await self._store(mail, folder, part) for part in found.parts if not part.hidden]
                    judged = judge(found, parts)
                    return await self._proven(mail, judged) if is_from_outside(mail) else judged
            _log.warning("a mail could not be read", mail_id=str(mail.mail_id), reason=found.reason)
        return None

    async def _proven(self, mail: Accepted, judged: Judged) -> Judged:
        """The mail with our own verdict about its sender: no other server has looked at it before."""
        proof = await prove(mail.raw, judged.mail, self._resolver)
        seals = [] if proof.verdict == "pass" else await verified_seals(mail.raw, judged.mail, self._resolver)
        return replace(judged, verdict=proof.verdict.value, evidence=proof.evidence or None, seals=seals)

    async def _store(self, mail: Accepted, folder: Path, part: Part) -> StoredPart:
        # The same mail and part always have the same id: repeating a step after a crash replaces its content.
        file_id = uuid5(mail.mail_id, str(part.number))
        key = f"{mail.organization_id}/{file_id}"
        await self._storage.put(key, folder / part.stored_as)
        return StoredPart(
            number=part.number, file_id=file_id, storage_key=key, name=part.name, mime_type=part.content_type,
            size=part.size, sha256=bytes.fromhex(part.sha256), content_id=part.content_id, inline=part.inline,
        )  # fmt: skip

    async def file(self, mail: Accepted, judged: Judged | None, depth: int = 0) -> Filed:
        """Files a mail that was read, or puts it in quarantine as unreadable.

        Mails that it answers and that still wait, because the process that took them has died, are filed before it.
        """
        copies = [] if judged is None else await self._copied(mail, judged.mail)
        if judged is not None and judged.message_ids and depth < _MOST_EARLIER:
            async with self._database.unit(Actor.system(mail.organization_id)) as uow:
                earlier = await service.answered_and_waiting(uow, mail.mail_id, judged.message_ids)
            for mail_id in earlier:
                await self._file_stored(mail.organization_id, mail_id, depth + 1)
        async with self._database.unit(Actor.system(mail.organization_id)) as uow:
            if judged is None:
                await service.give_up(uow, mail.mail_id)
                found: ReceivedMail = await service.outcome_of(uow, mail.mail_id)
            else:
                found = await service.file_mail(uow, mail.mail_id, judged, limited=self._limited)
            filed = await service.numbered(uow, found)
        mail_filed(found.state, found.reason)
        for mail_id in copies:
            await self._file_stored(mail.organization_id, mail_id)
        return filed

    async def _copied(self, mail: Accepted, found: ReadMail) -> list[UUID]:
        """Copies of a mail that no receiver has placed, for its further mailboxes, where these get tickets of their own."""
        if mail.mailbox_id is not None or len(found.delivered_to) + len(found.to) + len(found.cc) == 1:
            return []
        actor = Actor.system(mail.organization_id)
        async with self._database.unit(actor) as uow:
            mailbox_ids = await service.addressed(uow, found)
        if len(mailbox_ids) < 2:
            return []
        copy = Incoming(organization_id=mail.organization_id, source=mail.source, raw=mail.raw, peer=mail.peer)
        async with self._database.unit(actor) as uow:
            others = await service.give_to_first(uow, mail.mail_id, mailbox_ids)
            copies = [await self._new_mail(replace(copy, mailbox_id=each)) for each in others]
            return [each.id for each in copies if await service.accept(uow, each)]

    async def take(self, mails: Sequence[Incoming]) -> AsyncIterator[Filed]:
        """Stores mails of one organization, then files them in order; the next one is read meanwhile."""
        accepted = await self.accept(mails)
        coming = [each for each in accepted if each.is_waiting]
        reading = asyncio.create_task(self.read(coming[0])) if coming else None
        position = 0
        try:
            for each in accepted:
                if not each.is_waiting or reading is None:
                    yield await self._ended(each)  # now, because the mail that it repeats may have been filed meanwhile
                    continue
                judged = await reading
                position += 1
                following = coming[position] if position < len(coming) else None
                reading = asyncio.create_task(self.read(following)) if following is not None else None
                yield await self.file(each, judged)
        finally:
            if reading is not None:
                reading.cancel()

    async def _ended(self, mail: Accepted) -> Filed:
        """The end of a mail that needs no reading: a duplicate, or one that is too large.

        Where the process died that took the mail that it repeats, that one is filed now.
        """
        actor = Actor.system(mail.organization_id)
        async with self._database.unit(actor) as uow:
            found = await service.outcome_of(uow, mail.mail_id)
            first = found if found.duplicate_of is None else await service.outcome_of(uow, found.duplicate_of)
        if first.state == "received":
            await self._file_stored(mail.organization_id, first.id)
        async with self._database.unit(actor) as uow:
            return await service.numbered(uow, await service.outcome_of(uow, mail.mail_id))

    @contextlib.contextmanager
    def _reader(self) -> Iterator[ReaderProcess]:
        """A reader that is not at work; it is started when all others are."""
        reader = self._readers.pop() if self._readers else ReaderProcess(self._bounds)
        try:
            yield reader
        finally:
            self._readers.append(reader)

    async def overtaken_if_slow(self, filing: Coroutine[Any, Any, None]) -> None:
        """Files a mail. One that takes longer than 5 s goes on separately, so that the next ones do not wait for it."""
        task = asyncio.create_task(filing)
        self._slow.add(task)
        task.add_done_callback(self._ended_slowly)
        try:
            await asyncio.wait([task], timeout=self._patience if len(self._slow) <= _MOST_SLOW else None)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.done():
            task.result()

    def _ended_slowly(self, task: asyncio.Task[None]) -> None:
        self._slow.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.warning("a mail was not filed; a worker tries again", exc_info=task.exception())

    @contextlib.contextmanager
    def _folder(self) -> Iterator[Path]:
        """An empty folder for the files of a mail, which is emptied for the next one: making folders takes time."""
        folder = self._folders.pop() if self._folders else tempfile.TemporaryDirectory(prefix="deskbell-mail-")
        path = Path(folder.name)
        try:
            yield path
        finally:
            try:
                for file in path.iterdir():
                    file.unlink()
            except OSError:
                folder.cleanup()
            else:
                self._folders.append(folder)

    async def _content(self, actor: Actor, mail_id: UUID, stored: StoredContent) -> bytes | None:
        """The bytes of a stored mail. Without them it is tried again later, and the others do not wait for it."""
        if stored.raw is not None:
            return stored.raw
        try:
            return await self._storage.get(stored.raw_key or "")
        except OSError as error:
            # A content that is missing is the mail's own trouble; a storage that is away is not.
            missing = isinstance(error, FileNotFoundError)
            _log.warning("a mail's content could not be read", mail_id=str(mail_id), missing=missing, exc_info=True)
        async with self._database.unit(actor) as uow:
            await service.postpone(uow, mail_id, counts=missing)
        return None

    async def file_waiting(self, batch_size: int = 20) -> int:
        """Files mails that were stored and not filed, of all organizations; returns the number of them.

        A mail that cannot be filed for reasons of its own is tried again later, three times in all.
        """
        async with self._database.unit(None) as uow:
            waiting = await service.claim(uow, batch_size)
        for organization_id, mail_id in waiting:
            await self.overtaken_if_slow(self._file_stored(organization_id, mail_id))
        return len(waiting)

    async def _file_stored(self, organization_id: UUID, mail_id: UUID, depth: int = 0) -> None:
        actor = Actor.system(organization_id)
        async with self._database.unit(actor) as uow:
            stored = await service.content_of(uow, mail_id)
        content = await self._content(actor, mail_id, stored)
        if content is None:
            return
        as_file = stored.as_ticket and stored.reason == "unreadable"
        mail = Accepted(
            organization_id, mail_id, content, stored.source, stored.peer, stored.mailbox_id, as_file=as_file
        )
        try:
            await self.file(mail, await self.read(mail), depth)
        except DATABASE_ERRORS:
            raise
        except Exception:  # noqa: BLE001 - one mail must not keep the others from being filed
            _log.exception("a mail could not be filed", mail_id=str(mail_id))
            async with self._database.unit(actor) as uow:
                await service.postpone(uow, mail_id)

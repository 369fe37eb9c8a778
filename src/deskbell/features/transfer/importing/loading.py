"""Loads lines into an organization in batches, each in its own transaction.

An interrupted load can be started again with the same lines: existing content is recognized and skipped. If a batch
fails as a whole, its halves are tried, until the one line that cannot be loaded is found and reported.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from deskbell.features.configuration import service as configuration
from deskbell.features.transfer.format.reading import LineProblem, RecordLine
from deskbell.features.transfer.format.records import DEFINITIONS, AnyArticle, Definition, Ticket
from deskbell.features.transfer.importing.ahead import NOTHING_AHEAD, Preparation
from deskbell.features.transfer.importing.articles import add_article
from deskbell.features.transfer.importing.batch import load_batch
from deskbell.features.transfer.importing.batches import Batch, BatchReader
from deskbell.features.transfer.importing.prerequisites import join_groups
from deskbell.features.transfer.importing.queries import adding
from deskbell.features.transfer.importing.queries.words import Documents
from deskbell.features.transfer.importing.rejects import Rejects
from deskbell.features.transfer.importing.staging import Staging
from deskbell.features.transfer.importing.summary import Counts, Summary
from deskbell.features.transfer.importing.work import Work
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import DeskbellError, Invalid
from deskbell.kernel.ids import new_id
from deskbell.runtime.database import Database
from deskbell.runtime.messages import sentence
from deskbell.runtime.storage import Storage

_LINE_AT_FAULT: Final = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    asyncpg.TransactionRollbackError,  # a deadlock or a concurrent change, which the next try sees
)


async def load(
    database: Database,
    organization_id: UUID,
    records: Iterable[RecordLine | LineProblem],
    on_progress: Callable[[Summary], None] | None = None,
    *,
    storage: Storage | None = None,
    rejects: Rejects | None = None,
    after_batch: Callable[[Summary], Awaitable[None]] | None = None,
) -> Summary:
    """Loads lines into an organization, with the actor Deskbell; returns counts, adjustments and problems.

    `on_progress` is called after each batch, and `after_batch` is awaited: its exception ends the load.
    `storage` is required only if lines have files or texts over their limit.
    `rejects` receives the refused lines.
    """
    with Staging() as staging:
        loader = _Loader(database, organization_id, staging, storage, rejects)
        reader = BatchReader(records, staging)
        preparation = Preparation(database, organization_id, reader)
        try:
            while True:
                batch, documents = await preparation.next()
                if rejects is not None and reader.header:
                    rejects.set_header(reader.header)
                await loader.load(batch, documents, complete=reader.complete)
                if on_progress is not None:
                    on_progress(loader.summary)
                if after_batch is not None:
                    await after_batch(loader.summary)
                if batch.end:
                    return loader.summary
        finally:
            await preparation.stop()


class _Loader:
    def __init__(
        self,
        database: Database,
        organization_id: UUID,
        staging: Staging,
        storage: Storage | None,
        rejects: Rejects | None,
    ) -> None:
        self._database = database
        self._actor = Actor.system(organization_id)
        self._staging = staging
        self._storage = storage
        self._rejects = rejects
        self.summary = Summary(Counts(), [])
        self._lines = 0
        self._documents = NOTHING_AHEAD
        self._operation_id = new_id()

    async def load(self, batch: Batch, documents: Mapping[int, Documents], *, complete: bool) -> None:
        """Loads a batch, whose search documents may exist, and adds it to the summary."""
        self._documents = documents
        for problem in batch.problems:
            self._refuse(problem)
        if batch.lines:
            # Definitions name groups, categories and people of the same batch, and tickets have their statuses and values.
            tickets = [line for line in batch.lines if isinstance(line.record, Ticket)]
            defined = [line for line in batch.lines if isinstance(line.record, Definition)]
            articles = [line for line in batch.lines if isinstance(line.record, AnyArticle)]
            others = [line for line in batch.lines if not isinstance(line.record, Ticket | Definition | AnyArticle)]
            if others:
                await self._load_lines(others, complete=complete)
            for line in defined:
                await self._define(line)
            for line in articles:
                await self._add_article(line, complete=complete)
            if tickets:
                await self._load_lines(tickets, complete=complete)
            self._lines += len(batch.lines)
            async with self._database.unit(None) as uow:
                await adding.inform_planner(uow.db, self._lines)
        if batch.joining:
            await self._in_transaction(lambda work: join_groups(work, batch.joining), complete=complete)
        self.summary.last_line = batch.last or self.summary.last_line

    async def _load_lines(self, lines: Sequence[RecordLine], *, complete: bool) -> None:
        try:
            await self._in_transaction(lambda work: load_batch(work, lines), complete=complete)
        except _LINE_AT_FAULT as error:
            if len(lines) == 1:
                reason = str(error).splitlines()[0]
                self._refuse(lines[0].refused("", f"was refused by the database: {reason}"))
                return
            middle = len(lines) // 2
            await self._load_lines(lines[:middle], complete=complete)
            await self._load_lines(lines[middle:], complete=complete)

    async def _define(self, line: RecordLine) -> None:
        """Sets up one object of the configuration. The line is refused where an admin's command would be."""
        record = line.record
        assert isinstance(record, Definition)  # chosen by the caller
        part = next(name for name, kind in DEFINITIONS.items() if isinstance(record, kind))
        try:
            async with self._database.unit(self._actor) as uow:
                is_new = await configuration.add(uow, part, record.definition)
        except DeskbellError as refused:
            problems = refused.problems if isinstance(refused, Invalid) else [refused.reason]
            text = sentence(problems[0])
            self._refuse(line.refused("definition", text[:1].lower() + text[1:]))
            return
        self.summary.counts.definitions += is_new
        self.summary.counts.present += not is_new

    async def _add_article(self, line: RecordLine, *, complete: bool) -> None:
        record = line.record
        assert isinstance(record, AnyArticle)  # chosen by the caller
        try:
            await self._in_transaction(lambda work: add_article(work, record), complete=complete)
        except Invalid as refused:
            text = sentence(refused.problems[0])
            self._refuse(line.refused(refused.problems[0].path, text[:1].lower() + text[1:]))
        except _LINE_AT_FAULT as error:
            self._refuse(line.refused("", f"was refused by the database: {str(error).splitlines()[0]}"))

    async def _in_transaction(self, step: Callable[[Work], Awaitable[None]], *, complete: bool) -> None:
        stored: list[str] = []
        try:
            async with self._database.unit(self._actor) as uow:
                work = Work(
                    db=uow.db, organization_id=self._actor.organization_id, operation_id=self._operation_id, now=uow.now,
                    complete=complete, staging=self._staging, storage=self._storage, stored_keys=stored,
                    documents=self._documents,
                )  # fmt: skip
                await adding.begin_bulk(uow.db)
                await step(work)
                await work.write_events()
        except BaseException:
            await self._delete_contents(stored)
            raise
        self.summary.counts.add(work.counts)
        self.summary.adjust(work.adjustments)
        for problem in work.problems:
            self._refuse(problem)

    def _refuse(self, problem: LineProblem) -> None:
        self.summary.refuse(problem)
        if self._rejects is not None:
            self._rejects.add(problem, self._staging)

    async def _delete_contents(self, keys: Sequence[str]) -> None:
        """Deletes the contents of a batch that was rolled back."""
        if self._storage is not None:
            for key in keys:
                await self._storage.delete(key)

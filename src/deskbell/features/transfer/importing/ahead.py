"""Batches with the search documents of their tickets, prepared while the batch before is loaded.

A thread reads, decompresses and checks lines; PostgreSQL builds the documents on a connection of their own.
Reading words takes PostgreSQL as long as all other work of an import together. Tickets of a failed attempt get their
documents in the transaction that adds them.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from deskbell.features.transfer.format.reading import RecordLine
from deskbell.features.transfer.format.records import Ticket
from deskbell.features.transfer.importing.batches import Batch, BatchReader
from deskbell.features.transfer.importing.identity import id_of
from deskbell.features.transfer.importing.queries import finding, words
from deskbell.features.transfer.importing.queries.words import Documents, TicketTexts
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import Database
from deskbell.runtime.sql import Db

log = logging.getLogger("deskbell.import")

NOTHING_AHEAD: Final[Mapping[int, Documents]] = {}


class Preparation:
    """Prepares batches in order, each while the caller loads the one before."""

    def __init__(self, database: Database, organization_id: UUID, reader: BatchReader) -> None:
        self._database = database
        self._organization_id = organization_id
        self._reader = reader
        self._reading = asyncio.create_task(asyncio.to_thread(reader.next))
        self._next = asyncio.create_task(self._prepare())

    async def next(self) -> tuple[Batch, Mapping[int, Documents]]:
        """The next batch and its documents by the numbers of their lines. Not to be called after the last batch."""
        batch, documents = await self._next
        if not batch.end:
            self._next = asyncio.create_task(self._prepare())
        return batch, documents

    async def stop(self) -> None:
        """Waits for the steps under way: the thread reads from a file that the caller is about to close."""
        self._next.cancel()
        await asyncio.gather(self._next, self._reading, return_exceptions=True)

    async def _prepare(self) -> tuple[Batch, Mapping[int, Documents]]:
        batch = await asyncio.shield(self._reading)
        if not batch.end:
            self._reading = asyncio.create_task(asyncio.to_thread(self._reader.next))
        return batch, await documents_of(self._database, self._organization_id, batch.lines)


async def documents_of(
    database: Database, organization_id: UUID, lines: Sequence[RecordLine]
) -> Mapping[int, Documents]:
    """Documents by the numbers of their lines. Builds none for tickets that are there already, nor where the database refuses."""
    try:
        async with database.unit(Actor.system(organization_id)) as uow:
            new = await _new(uow.db, organization_id, lines)
            if not new:
                return NOTHING_AHEAD
            built = await words.documents_of(uow.db, organization_id, [texts for _, texts in new])
    except asyncpg.PostgresError as error:
        log.info("the words of a batch are read in place: %s", type(error).__name__)
        return NOTHING_AHEAD
    return {line: documents for (line, _), documents in zip(new, built, strict=True)}


async def _new(db: Db, organization_id: UUID, lines: Sequence[RecordLine]) -> list[tuple[int, TicketTexts]]:
    tickets = [
        (line.line, line.record, id_of(organization_id, line.record))
        for line in lines
        if isinstance(line.record, Ticket)
    ]
    ids = [key for _, _, key in tickets if key is not None]
    names = [ticket.external_id for _, ticket, _ in tickets if ticket.external_id is not None]
    known_ids = await finding.ticket_ids(db, ids) if ids else set()
    known_names = await finding.ticket_external_ids(db, names) if names else set()
    return [
        (line, TicketTexts(ticket.subject, ticket.description, [(each.body, each.public) for each in ticket.comments]))
        for line, ticket, key in tickets
        if key not in known_ids and ticket.external_id not in known_names
    ]

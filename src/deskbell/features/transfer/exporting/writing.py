"""Writes an organization as lines of the open format, in canonical order, from one snapshot."""

from collections.abc import AsyncIterator, Callable
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.configuration import service as configuration
from deskbell.features.transfer.exporting import queries
from deskbell.features.transfer.exporting.articles import articles
from deskbell.features.transfer.exporting.pages import StoredFile, read_page
from deskbell.features.transfer.format.history import fields_as_dict
from deskbell.features.transfer.format.records import (
    DEFINITIONS,
    Brand,
    Category,
    FilePart,
    Group,
    Organization,
    Person,
    Tag,
    encode,
)
from deskbell.features.transfer.format.types import FORMAT_NAME, FORMAT_VERSION
from deskbell.features.transfer.queries import organizations
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import NotFound
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.storage import Storage

TICKETS_A_PAGE: Final = 100
FILE_PART_BYTES: Final = 1024 * 1024


class ExportProgress(Struct):
    """The progress of an export. `missing` lists files whose contents are gone from the storage and are left out."""

    tickets: int = 0
    of_tickets: int = 0
    missing: list[str] = []


async def export(
    database: Database,
    organization_id: UUID,
    storage: Storage,
    on_progress: Callable[[ExportProgress], None] | None = None,
) -> AsyncIterator[bytes]:
    """The lines of an organization, newlines included. Memory does not grow with its size. Raises `NotFound`."""
    progress = ExportProgress()
    uow = await database.acquire()
    try:
        await uow.enter(Actor.system(organization_id))
        await uow.begin()
        await queries.begin_snapshot(uow.db)
        async for line in _head(uow, organization_id):
            yield line
        progress.of_tickets = await queries.count_tickets(uow.db)
        names = await queries.names_of_references(uow.db)
        last = 0
        while (page := await read_page(uow.db, last, TICKETS_A_PAGE, names)).tickets:
            for row in page.tickets:
                missing: set[str] = set()
                for file in page.files_of(row["id"]):
                    try:
                        async for part in _parts(storage, file):
                            yield encode(part)
                    except FileNotFoundError:
                        missing.add(file.sha256)
                        progress.missing.append(f"{file.filename} of ticket {row['number']}")
                yield encode(page.record(row, missing))
            last = page.tickets[-1]["number"]
            progress.tickets += len(page.tickets)
            if on_progress is not None:
                on_progress(progress)
    finally:
        await uow.rollback()  # nothing was written
        await uow.release()


async def _head(uow: UnitOfWork, organization_id: UUID) -> AsyncIterator[bytes]:
    """Header, groups, categories, brands, tags, people, definitions and articles."""
    db = uow.db
    organization = await organizations.by_id(db, organization_id)
    if organization is None:
        raise NotFound("organization")
    yield encode(
        Organization(
            format=FORMAT_NAME,
            version=FORMAT_VERSION,
            name=organization.name,
            domain=organization.domain,
            time_zone=organization.time_zone,
        )
    )
    for row in await queries.groups(db):
        yield encode(
            Group(name=row["name"], description=row["description"] or None, leads=row["leads"], members=row["members"])
        )
    for row in await queries.categories(db):
        yield encode(Category(name=row["name"], description=row["description"] or None, color=row["color"]))
    for row in await queries.brands(db):
        yield encode(Brand(**dict(row.items())))
    for row in await queries.tags(db):
        yield encode(Tag(name=row["name"], color=row["color"]))
    await queries.open_people(db)
    while people := await queries.next_people(db):
        for row in people:
            values = fields_as_dict(msgspec.json.decode(row["custom_fields"]))
            yield encode(Person(**{**dict(row.items()), "custom_fields": values}))
    written = await configuration.parts(uow)
    for part, line in DEFINITIONS.items():
        for definition in written[part]:
            yield encode(line(definition=definition))
    async for article in articles(db):
        yield article


async def _parts(storage: Storage, file: StoredFile) -> AsyncIterator[FilePart]:
    """A file in parts of fixed size, whatever the storage returns; an empty file is one empty part."""
    offset = 0
    waiting = bytearray()
    async for chunk in storage.stream(file.storage_key):
        waiting += chunk
        while len(waiting) > FILE_PART_BYTES:
            yield FilePart(sha256=file.sha256, size=file.size, offset=offset, content=bytes(waiting[:FILE_PART_BYTES]))
            del waiting[:FILE_PART_BYTES]
            offset += FILE_PART_BYTES
    yield FilePart(sha256=file.sha256, size=file.size, offset=offset, content=bytes(waiting))

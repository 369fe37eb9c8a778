"""Imports and exports that people start: the file is uploaded, looked at, and loaded by a job; an export is made by a job."""

import asyncio
from collections.abc import AsyncIterator
from datetime import tzinfo
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.files.records import Upload
from deskbell.features.organizations.calendar import organization_zone
from deskbell.features.tickets.service.searching import understand
from deskbell.features.transfer.events import TransferDownloaded, TransferEnded, TransferStarted
from deskbell.features.transfer.handlers import put_in_queue
from deskbell.features.transfer.policy import MAY_EXPORT, MAY_IMPORT
from deskbell.features.transfer.previewing import HEAD_BYTES, preview
from deskbell.features.transfer.queries import runs as queries
from deskbell.features.transfer.runs import (
    DRAFT_LIFETIME,
    ENDED,
    Direction,
    ExportFormat,
    Options,
    Preview,
    Transfer,
    TransferFormat,
)
from deskbell.features.transfer.sources.tables import TableOptions, demand_complete
from deskbell.kernel.access import step
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.storage import Storage

MAX_DRAFTS: Final = 5
"""The number of uploaded files of an organization that wait for their import to begin; older ones go."""
FileKind = Literal["export", "rejects"]


async def add_file(uow: UnitOfWork, upload: Upload, kind: TransferFormat) -> Transfer:
    """Adds a stored content as a file to import. It waits a day for `start_import`."""
    uow.actor.require(*MAY_IMPORT)
    transfer = Transfer(
        id=upload.id, direction="import", format=kind, state="draft", actor_id=uow.actor.id, filename=upload.filename,
        options=Options(), size=upload.size, storage_key=upload.storage_key, total=upload.size, created_at=uow.now,
        expires_at=uow.now + DRAFT_LIFETIME,
    )  # fmt: skip
    await queries.delete_drafts(uow.db, MAX_DRAFTS - 1)
    await queries.add(uow.db, uow.actor.organization_id, transfer)
    return transfer


async def list_imports(uow: UnitOfWork, request: PageRequest) -> Page[Transfer]:
    """The imports of the organization, latest first."""
    uow.actor.require(*MAY_IMPORT)
    return await queries.page_of(uow.db, "import", request)


async def get_import(uow: UnitOfWork, import_id: UUID) -> Transfer:
    """An import, or a file that waits for it. Raises `NotFound`."""
    uow.actor.require(*MAY_IMPORT)
    return await _find(uow, "import", import_id)


class Draft(Struct, frozen=True):
    """An uploaded file that waits for its import to begin, and the zone of its times without an offset."""

    transfer: Transfer
    zone: tzinfo


async def get_draft(uow: UnitOfWork, import_id: UUID) -> Draft:
    """An uploaded file, for `preview_draft`. Raises `NotFound`, `Conflict` for one that is being imported or was."""
    uow.actor.require(*MAY_IMPORT)
    transfer = await _find(uow, "import", import_id)
    if transfer.state != "draft":
        raise Conflict("import.started")
    _, zone = await organization_zone(uow.db)
    return Draft(transfer, zone)


async def preview_draft(storage: Storage, draft: Draft, table: TableOptions | None) -> Preview:
    """The beginning of an uploaded file as its import would read it. Needs no connection. Raises `NotFound`."""
    transfer, head = draft.transfer, b""
    assert transfer.storage_key is not None  # a draft has its file
    try:
        async for piece in storage.stream(transfer.storage_key):
            head += piece
            if len(head) >= HEAD_BYTES:
                break
    except FileNotFoundError as error:
        raise NotFound("import") from error
    return await asyncio.to_thread(preview, head[:HEAD_BYTES], transfer.format, table, draft.zone)


async def start_import(uow: UnitOfWork, import_id: UUID, table: TableOptions | None) -> Transfer:
    """Queues the import of an uploaded file.

    Raises `NotFound`, `Conflict` for a file that was started before or while another import runs, `Invalid` for a table
    whose columns do not make tickets.
    """
    uow.actor.require(*MAY_IMPORT)
    await queries.begin_starting(uow.db, uow.actor.organization_id)
    transfer = await _find(uow, "import", import_id, lock=True)
    if transfer.state != "draft":
        raise Conflict("import.started")
    if transfer.format == "csv":
        if table is None:
            raise Invalid.field("table", "missing")
        demand_complete(table)
    elif table is not None:
        raise Invalid.field("table", "import.no_table")
    if await queries.is_running(uow.db, "import"):
        raise Conflict("import.running")
    options = Options(table=table)
    started = replace(transfer, state="waiting", options=options, expires_at=None, actor_id=uow.actor.id)
    await queries.update(uow.db, started)
    return await _queued(uow, started)


async def cancel_import(uow: UnitOfWork, import_id: UUID) -> Transfer:
    """Ends an import after the batch that is being loaded; what it has brought stays. Deletes a file that was not started.

    Raises `NotFound`. One that has ended stays as it is.
    """
    uow.actor.require(*MAY_IMPORT)
    return await _cancel(uow, await _find(uow, "import", import_id, lock=True))


async def open_rejects(uow: UnitOfWork, storage: Storage, import_id: UUID) -> tuple[Transfer, AsyncIterator[bytes]]:
    """The lines that an import refused, to be corrected and imported again. Raises `NotFound`, also once they expired."""
    uow.actor.require(*MAY_IMPORT)
    transfer = await _find(uow, "import", import_id)
    return await _opened(uow, storage, transfer, transfer.rejects_key)


async def start_export(uow: UnitOfWork, kind: ExportFormat, query: str | None) -> Transfer:
    """Queues an export of everything (`jsonl`), or of the tickets that a query finds (`csv`).

    Raises `Invalid` for a query that is not understood or does not fit the format, `Conflict` while another export runs.
    """
    uow.actor.require(*MAY_EXPORT)
    text = (query or "").strip() or None
    if text is not None and kind == "jsonl":
        raise Invalid.field("query", "export.no_query")
    await understand(uow, text, "query")
    await queries.begin_starting(uow.db, uow.actor.organization_id)
    if await queries.is_running(uow.db, "export"):
        raise Conflict("export.running")
    day = uow.now.date().isoformat()
    transfer = Transfer(
        id=new_id(), direction="export", format=kind, state="waiting", actor_id=uow.actor.id, options=Options(query=text),
        filename=f"tickets-{day}.csv" if kind == "csv" else f"deskbell-{day}.jsonl.gz", size=0, created_at=uow.now,
    )  # fmt: skip
    await queries.add(uow.db, uow.actor.organization_id, transfer)
    return await _queued(uow, transfer)


async def list_exports(uow: UnitOfWork, request: PageRequest) -> Page[Transfer]:
    """The exports of the organization, latest first."""
    uow.actor.require(*MAY_EXPORT)
    return await queries.page_of(uow.db, "export", request)


async def get_export(uow: UnitOfWork, export_id: UUID) -> Transfer:
    """An export. Raises `NotFound`."""
    uow.actor.require(*MAY_EXPORT)
    return await _find(uow, "export", export_id)


async def cancel_export(uow: UnitOfWork, export_id: UUID) -> Transfer:
    """Ends an export; there will be no file. Raises `NotFound`. One that has ended stays as it is."""
    uow.actor.require(*MAY_EXPORT)
    return await _cancel(uow, await _find(uow, "export", export_id, lock=True))


async def open_export(uow: UnitOfWork, storage: Storage, export_id: UUID) -> tuple[Transfer, AsyncIterator[bytes]]:
    """The file of an export. Raises `NotFound`, also before it is there and once it has expired."""
    uow.actor.require(*MAY_EXPORT)
    transfer = await _find(uow, "export", export_id)
    return await _opened(uow, storage, transfer, transfer.storage_key)


async def _find(uow: UnitOfWork, direction: Direction, transfer_id: UUID, *, lock: bool = False) -> Transfer:
    found = await queries.find(uow.db, direction, transfer_id, lock=lock)
    if found is None:
        raise NotFound(direction)
    return found


async def _opened(
    uow: UnitOfWork, storage: Storage, transfer: Transfer, key: str | None
) -> tuple[Transfer, AsyncIterator[bytes]]:
    if key is None or (transfer.expires_at is not None and transfer.expires_at <= uow.now):
        raise NotFound(f"{transfer.direction}_file")
    pieces = storage.stream(key)
    try:
        first = await anext(pieces, b"")  # a missing file must be reported before the response starts
    except FileNotFoundError as error:
        raise NotFound(f"{transfer.direction}_file") from error
    uow.record(TransferDownloaded(transfer_id=transfer.id, direction=transfer.direction, format=transfer.format))
    return transfer, _joined(first, pieces)


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


async def _queued(uow: UnitOfWork, transfer: Transfer) -> Transfer:
    uow.record(
        TransferStarted(
            transfer_id=transfer.id, direction=transfer.direction, format=transfer.format, filename=transfer.filename
        )
    )
    await put_in_queue(uow, transfer.id, transfer.direction)
    return await _find(uow, transfer.direction, transfer.id)


@step("the commands that cancel, which have authorised their actor")
async def _cancel(uow: UnitOfWork, transfer: Transfer) -> Transfer:
    if transfer.state in ENDED or transfer.state == "stopping":
        return transfer
    if transfer.state == "draft":
        await queries.delete(uow.db, transfer.id)
        return replace(transfer, state="cancelled", finished_at=uow.now, storage_key=None)
    if transfer.state == "running":
        stopping = replace(transfer, state="stopping")
        await queries.update(uow.db, stopping)
        return stopping
    ended = replace(transfer, state="cancelled", finished_at=uow.now, storage_key=None)
    await queries.update(uow.db, ended)
    uow.record(
        TransferEnded(
            transfer_id=transfer.id, direction=transfer.direction, format=transfer.format, state="cancelled", tickets=0,
            refused=0,
        )
    )  # fmt: skip
    return ended

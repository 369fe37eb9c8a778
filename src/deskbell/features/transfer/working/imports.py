"""Loads an uploaded file in batches. Its lines are read in a thread, each batch is a transaction of its own."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import tzinfo
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from deskbell.features.organizations.calendar import organization_zone
from deskbell.features.transfer.format.reading import LineProblem, RecordLine
from deskbell.features.transfer.format.reading import read as read_lines
from deskbell.features.transfer.importing.loading import load
from deskbell.features.transfer.importing.rejects import RejectsFile
from deskbell.features.transfer.importing.summary import Counts, Summary
from deskbell.features.transfer.policy import MAY_IMPORT, within_rights
from deskbell.features.transfer.runs import Transfer
from deskbell.features.transfer.sources import github, tables, zendesk
from deskbell.features.transfer.sources.table_rejects import TableRejects
from deskbell.features.transfer.working import progress as runs
from deskbell.features.transfer.working.progress import Begun, StoppedError, begin, end, log
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.runtime.faults import lost
from deskbell.runtime.storage import Storage
from deskbell.runtime.tools import Tools

Watch = Callable[[BinaryIO], None]


async def load_import(tools: Tools, organization_id: UUID, transfer_id: UUID) -> None:
    """Loads the file of an import that waits, in the rights of the person who started it."""
    begun = await begin(tools, organization_id, "import", transfer_id)
    if begun is None:
        return
    if not all(map(begun.actor.may, MAY_IMPORT)):
        await end(tools, organization_id, begun.transfer, "failed", error="forbidden")
        return
    with tempfile.TemporaryDirectory(prefix="deskbell-import-") as folder:
        try:
            await _load(tools, organization_id, begun, Path(folder))
        except FileNotFoundError:
            await end(tools, organization_id, begun.transfer, "failed", error="import.file_gone")
        except lost:
            raise  # the job runs again, and what is loaded already is recognized
        except Exception:  # noqa: BLE001 - logged; the person must learn that it ended
            log.exception("import failed", import_id=str(transfer_id))
            await end(tools, organization_id, begun.transfer, "failed", error="import.failed")


async def _load(tools: Tools, organization_id: UUID, begun: Begun, folder: Path) -> None:
    transfer, path = begun.transfer, folder / "file"
    await _download(tools.storage, transfer, path)
    async with tools.database.unit(Actor.system(organization_id)) as uow:
        _, zone = await organization_zone(uow.db)
    read_from: list[BinaryIO] = []
    summary = Summary(Counts(), [])

    async def noted(progress: Summary) -> None:
        nonlocal summary
        summary = progress
        done = min(_position(read_from), transfer.size)
        await runs.note(tools, organization_id, transfer, done, transfer.size, progress)

    with ExitStack() as opened:
        rejects = _rejects(transfer, folder / "rejects")
        opened.enter_context(rejects)
        answers = await asyncio.to_thread(_answers, transfer, path, zone, read_from.append, opened, rejects)
        state = "done"
        try:
            await load(
                tools.database, organization_id, within_rights(begun.actor, answers), storage=tools.storage,
                rejects=rejects, after_batch=noted,
            )  # fmt: skip
        except StoppedError:
            state = "cancelled"
    key = await _keep(tools.storage, organization_id, rejects)
    ended = await end(
        tools, organization_id, transfer, "done" if state == "done" else "cancelled", summary=summary, rejects_key=key
    )
    if not ended and key is not None:
        await tools.storage.delete(key)


def _rejects(transfer: Transfer, path: Path) -> RejectsFile | TableRejects:
    return TableRejects(path) if transfer.format == "csv" else RejectsFile(path)


async def _download(storage: Storage, transfer: Transfer, path: Path) -> None:
    if transfer.storage_key is None:
        raise FileNotFoundError(transfer.id)
    with path.open("wb") as stream:
        async for piece in storage.stream(transfer.storage_key):
            await asyncio.to_thread(stream.write, piece)


def _answers(
    transfer: Transfer, path: Path, zone: tzinfo, watch: Watch, opened: ExitStack, rejects: RejectsFile | TableRejects
) -> Iterator[RecordLine | LineProblem]:
    """The lines of a file by its format. Reads the head of a table: to be run in a thread."""
    match transfer.format:
        case "github":
            return github.read(path, watch)
        case "zendesk":
            return zendesk.read(path, watch)
        case "csv":
            table = transfer.options.table
            assert table is not None  # `start_import` demands it
            with path.open("rb") as head:
                first = next(tables.rows(head, table), None)
            rejects.set_header(tables.head_line(first.cells if first is not None else []))
            return tables.read(_opened(path, watch, opened), table, zone)
        case "jsonl":
            return read_lines(_opened(path, watch, opened))


def _opened(path: Path, watch: Watch, opened: ExitStack) -> BinaryIO:
    stream = opened.enter_context(path.open("rb"))
    watch(stream)
    return stream


def _position(read_from: list[BinaryIO]) -> int:
    """The number of bytes read; all of them once its stream is closed."""
    if not read_from:
        return 0
    try:
        return read_from[-1].tell()
    except ValueError:
        return 2**62


async def _keep(storage: Storage, organization_id: UUID, rejects: RejectsFile | TableRejects) -> str | None:
    """Stores the refused lines, if there are any; returns the key."""
    if not rejects.exists:
        return None
    key = f"{organization_id}/{new_id()}"
    await storage.put(key, rejects.path)
    return key

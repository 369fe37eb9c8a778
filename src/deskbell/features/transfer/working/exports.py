"""Writes an export to a file and stores it. Compression and writing run in threads."""

import asyncio
import gzip
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final, cast
from uuid import UUID

from deskbell.features.transfer.exporting.table import export_table
from deskbell.features.transfer.exporting.writing import ExportProgress, export
from deskbell.features.transfer.policy import MAY_EXPORT
from deskbell.features.transfer.working import progress as runs
from deskbell.features.transfer.working.progress import Begun, StoppedError, begin, end, log
from deskbell.kernel.ids import new_id
from deskbell.runtime.faults import lost
from deskbell.runtime.tools import Tools

_PIECE: Final = 512 * 1024


async def write_export(tools: Tools, organization_id: UUID, transfer_id: UUID) -> None:
    """Writes the file of an export that waits, if the person who started it may still have it."""
    begun = await begin(tools, organization_id, "export", transfer_id)
    if begun is None:
        return
    if not all(map(begun.actor.may, MAY_EXPORT)):
        await end(tools, organization_id, begun.transfer, "failed", error="forbidden")
        return
    with tempfile.TemporaryDirectory(prefix="deskbell-export-") as folder:
        try:
            await _write(tools, organization_id, begun, Path(folder) / "file")
        except StoppedError:
            await end(tools, organization_id, begun.transfer, "cancelled")
        except lost:
            raise  # the job runs again, from the beginning
        except Exception:  # noqa: BLE001 - logged; the person must learn that it ended
            log.exception("export failed", export_id=str(transfer_id))
            await end(tools, organization_id, begun.transfer, "failed", error="export.failed")


async def _write(tools: Tools, organization_id: UUID, begun: Begun, path: Path) -> None:
    transfer, progress = begun.transfer, ExportProgress()

    def noted(found: ExportProgress) -> None:
        nonlocal progress
        progress = found

    if transfer.format == "csv":
        lines = export_table(tools.database, begun.actor, transfer.options.query, noted)
    else:
        lines = export(tools.database, organization_id, tools.storage, noted)
    with ExitStack() as opened:
        plain = opened.enter_context(path.open("wb"))
        stream: BinaryIO = plain
        if transfer.format == "jsonl":
            stream = cast(
                "BinaryIO", opened.enter_context(gzip.GzipFile(filename="", fileobj=plain, mode="wb", mtime=0))
            )
        async for piece in _pieces(lines):
            await asyncio.to_thread(stream.write, piece)
            await runs.note(tools, organization_id, transfer, progress.tickets, progress.of_tickets)
    await runs.note(tools, organization_id, transfer, progress.tickets, progress.of_tickets)
    key = f"{organization_id}/{new_id()}"
    await tools.storage.put(key, path)
    file = key, (await asyncio.to_thread(path.stat)).st_size
    if not await end(tools, organization_id, transfer, "done", tickets=progress.tickets, file=file):
        await tools.storage.delete(key)


async def _pieces(lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines, joined to pieces that are worth a thread."""
    waiting = bytearray()
    async for line in lines:
        waiting += line
        if len(waiting) >= _PIECE:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)

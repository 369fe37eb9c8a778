"""The jobs that load an uploaded file and write an export, and the one that takes their files away."""

from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.transfer.queries import runs as queries
from deskbell.features.transfer.runs import RUN_LIFETIME, Direction
from deskbell.features.transfer.working.exports import write_export
from deskbell.features.transfer.working.imports import load_import
from deskbell.kernel.access import step
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue, job
from deskbell.runtime.tools import Tools


class _Task(Struct, frozen=True):
    organization_id: UUID
    transfer_id: UUID


@step("commands that authorise their actor")
async def put_in_queue(uow: UnitOfWork, transfer_id: UUID, direction: Direction) -> None:
    """Queues the job of an import or an export."""
    task = _Task(uow.actor.organization_id, transfer_id)
    await enqueue(uow, run_import if direction == "import" else run_export, task)


@job()
async def run_import(tools: Tools, payload: bytes) -> None:
    """Loads an uploaded file. Safe to run twice: what is loaded already is recognized."""
    task = msgspec.json.decode(payload, type=_Task)
    await load_import(tools, task.organization_id, task.transfer_id)


@job()
async def run_export(tools: Tools, payload: bytes) -> None:
    """Writes an export. Safe to run twice: the second run begins again, or does nothing."""
    task = msgspec.json.decode(payload, type=_Task)
    await write_export(tools, task.organization_id, task.transfer_id)


@job(schedule="23 * * * *")
async def expire_transfers(tools: Tools, _payload: bytes) -> None:
    """Takes away files that expired, uploaded ones that were never imported, and deletes runs of long ago."""
    async with tools.database.unit(None) as uow:
        now = utc_now()
        await queries.expire(uow.db, now, now - RUN_LIFETIME)

"""The state of a run while its job works: begun, its progress, ended."""

from typing import Final
from uuid import UUID

import structlog
from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.tickets.queries import references
from deskbell.features.transfer.events import TransferEnded
from deskbell.features.transfer.importing.summary import Summary
from deskbell.features.transfer.queries import runs as queries
from deskbell.features.transfer.runs import (
    ENDED,
    FILE_LIFETIME,
    KEPT_LINES,
    Direction,
    NotedLine,
    Transfer,
    TransferState,
)
from deskbell.kernel.actor import Actor
from deskbell.runtime.tools import Tools

log: Final = structlog.get_logger("deskbell.transfer")


class StoppedError(Exception):
    """The run is to end: it was cancelled, or another job has ended it."""


class Begun(Struct, frozen=True):
    """A run that its job works on, and the person who started it."""

    transfer: Transfer
    actor: Actor


async def begin(tools: Tools, organization_id: UUID, direction: Direction, transfer_id: UUID) -> Begun | None:
    """Marks a run as running. None for one that has ended, or whose person is gone, which makes it fail."""
    system = Actor.system(organization_id)
    async with tools.database.unit(system) as uow:
        transfer = await queries.find(uow.db, direction, transfer_id, lock=True)
        if transfer is None or transfer.state in ENDED or transfer.state == "draft":
            return None
        person = await references.find_person(uow.db, transfer.actor_id)
        started = replace(transfer, state="running", started_at=transfer.started_at or uow.now)
        if transfer.state != "stopping":
            await queries.update(uow.db, started)
    if transfer.state == "stopping":
        await end(tools, organization_id, transfer, "cancelled")
        return None
    if person is None:
        await end(tools, organization_id, transfer, "failed", error="transfer.person_gone")
        return None
    return Begun(started, Actor(organization_id, person.id, person.role))


async def note(
    tools: Tools, organization_id: UUID, transfer: Transfer, done: int, total: int, summary: Summary | None = None
) -> None:
    """Writes the progress of a run. Raises `StoppedError` once it is to end."""
    async with tools.database.unit(Actor.system(organization_id)) as uow:
        found = await queries.find(uow.db, transfer.direction, transfer.id, lock=True)
        if found is None or found.state != "running":
            raise StoppedError
        await queries.update(uow.db, _with(replace(found, done=done, total=total), summary))


async def end(
    tools: Tools,
    organization_id: UUID,
    transfer: Transfer,
    state: TransferState,
    *,
    summary: Summary | None = None,
    tickets: int = 0,
    file: tuple[str, int] | None = None,
    rejects_key: str | None = None,
    error: str | None = None,
) -> bool:
    """Writes the end of a run; the uploaded file of an import goes. `file` are key and size of an export's file.

    Returns False for a run that has ended before: contents that were stored for it are the caller's to delete.
    """
    async with tools.database.unit(Actor.system(organization_id)) as uow:
        found = await queries.find(uow.db, transfer.direction, transfer.id, lock=True)
        if found is None or found.state in ENDED:
            return False
        key, size = file or (None, found.size)
        kept = uow.now + FILE_LIFETIME if key is not None or rejects_key is not None else None
        ended = replace(
            found, state=state, storage_key=key, size=size, rejects_key=rejects_key, error=error, finished_at=uow.now,
            expires_at=kept, done=found.total if state == "done" else found.done,
        )  # fmt: skip
        await queries.update(uow.db, _with(ended, summary))
        counts = summary.counts if summary is not None else None
        uow.record(
            TransferEnded(
                transfer_id=found.id, direction=found.direction, format=found.format, state=state,
                tickets=counts.tickets if counts is not None else tickets, refused=counts.refused if counts is not None else 0,
            )
        )  # fmt: skip
    return True


def _with(transfer: Transfer, summary: Summary | None) -> Transfer:
    if summary is None:
        return transfer
    refused = [NotedLine(each.line, each.field, each.sentence) for each in summary.problems[:KEPT_LINES]]
    adjusted = [NotedLine(each.line, each.field, each.sentence) for each in summary.adjustments[:KEPT_LINES]]
    return replace(transfer, counts=summary.counts, refused=refused, adjusted=adjusted)

"""The job queue: pgqueuer on the same database, so that a job and the change that needs it commit together."""

from datetime import timedelta
from typing import Any, Final

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries

_RETRY_BATCH: Final = 1000


async def put(
    connection: Any, name: str, payload: bytes, *, delay_seconds: float = 0, headers: dict[str, str] | None = None
) -> None:
    """Enqueues one job on a connection, in its open transaction if there is one."""
    delay = timedelta(seconds=delay_seconds) if delay_seconds > 0 else None
    await Queries(AsyncpgDriver(connection)).enqueue(name, payload, execute_after=delay, headers=headers)


async def put_many(connection: Any, names: list[str], payloads: list[bytes]) -> None:
    """Enqueues jobs in order, in one statement."""
    if names:
        await Queries(AsyncpgDriver(connection)).enqueue(names, list(payloads), [0] * len(names))


async def retry_failed(connection: Any) -> int:
    """Queues the jobs again that failed at their last attempt, with all attempts; returns their number."""
    queries, count = Queries(AsyncpgDriver(connection)), 0
    while jobs := await queries.list_failed_jobs(_RETRY_BATCH):
        await queries.requeue_jobs([job.id for job in jobs])
        count += len(jobs)
    return count

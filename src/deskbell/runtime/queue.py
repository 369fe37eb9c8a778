"""The job queue: pgqueuer on the same database, so that a job and the change that needs it commit together."""

from datetime import timedelta
from typing import Any

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries


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

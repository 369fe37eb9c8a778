"""Failed jobs are logged by name, wait after their last attempt, and run again when they are queued again."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
from pgqueuer import PgQueuer
from structlog.testing import capture_logs

from deskbell.jobs import worker
from deskbell.runtime.queue import put, retry_failed


async def run_once(connection: "asyncpg.Connection[Any]", *, fails: bool) -> list[Any]:
    """Runs a worker's queue until the job `tests.mail` ran; returns the log of the worker."""
    queue, ran = PgQueuer.from_asyncpg_connection(connection), asyncio.Event()

    async def body(_payload: bytes) -> None:
        ran.set()
        if fails:
            raise ConnectionRefusedError("the mail server is away\nsecond line")

    worker._register(queue, "tests.mail", body)
    with capture_logs() as logs:
        running = asyncio.create_task(queue.run(dequeue_timeout=timedelta(seconds=1)))
        async with asyncio.timeout(60):
            await ran.wait()
            queue.shutdown.set()
            await running
    return [each for each in logs if each["event"] == "job failed"]


async def test_a_failed_job_is_logged_and_waits_after_its_last_attempt(fresh_database_url: str) -> None:
    connection = await asyncpg.connect(fresh_database_url)
    helper = await asyncpg.connect(fresh_database_url)
    try:
        await put(helper, "tests.mail", b"{}")
        first = await run_once(connection, fails=True)
        assert [(each["job"], each["attempt"], each["attempts"], each["log_level"]) for each in first] == [
            ("tests.mail", 1, 8, "warning")
        ]
        assert first[0]["error"] == "ConnectionRefusedError: the mail server is away"
        assert [tuple(row) for row in await helper.fetch("select status::text, attempts from pgqueuer")] == [
            ("queued", 1)
        ]
        await helper.execute("update pgqueuer set attempts = 7, execute_after = now()")
        last = await run_once(connection, fails=True)
        assert [each["attempt"] for each in last] == [8]
        assert await helper.fetchval("select status::text from pgqueuer") == "failed"
        assert await retry_failed(helper) == 1
        assert await run_once(connection, fails=False) == []
        assert await helper.fetchval("select count(*) from pgqueuer") == 0
    finally:
        await connection.close()
        await helper.close()

"""`deskbell retry-jobs`: queues failed jobs again."""

import asyncio

import click

from deskbell.cli.support import connected, log_for_commands, with_desk
from deskbell.runtime.settings import Settings


@click.command("retry-jobs")
@with_desk
def retry_jobs(settings: Settings) -> None:
    """Queue the jobs again that failed at their last attempt. Correct the reason first; the log has it as `job failed`."""
    log_for_commands(settings)
    count = asyncio.run(_retry(settings))
    click.echo(f"{count:,} {'job' if count == 1 else 'jobs'} queued again.")


async def _retry(settings: Settings) -> int:
    import asyncpg  # noqa: PLC0415 - slow to load

    from deskbell.runtime.queue import retry_failed  # noqa: PLC0415 - as above

    async with connected(settings) as dsn:
        connection = await asyncpg.connect(dsn)
        try:
            return await retry_failed(connection)
        finally:
            await connection.close()

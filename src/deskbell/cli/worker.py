"""`deskbell worker`: runs background jobs."""

import asyncio
import os
import signal

import click

from deskbell.cli.support import connected, run_fast, with_settings
from deskbell.runtime.children import die_with_parent
from deskbell.runtime.settings import Settings


@click.command()
@with_settings
@click.option("--parent", type=int, hidden=True, help="The process to end with.")
def worker(settings: Settings, parent: int | None) -> None:
    """Run background jobs until Ctrl-C: mail, webhooks, service levels, clean-up.

    `deskbell serve` includes a worker. Run more workers on other machines with the same DESKBELL_DATABASE_URL.
    """
    if parent is not None:
        die_with_parent(signal.SIGTERM, parent)
    from deskbell.runtime import logging  # noqa: PLC0415 - slow to load

    logging.configure(settings.log_format)
    run_fast(_run_until_stopped(settings))


async def _run_until_stopped(settings: Settings) -> None:
    import msgspec  # noqa: PLC0415 - loaded with the settings already

    from deskbell.api.v1.webhooks.bodies import SHAPES  # noqa: PLC0415 - a long import, after the parent is watched
    from deskbell.jobs.worker import run  # noqa: PLC0415 - a long import, after the parent is watched

    loop = asyncio.get_running_loop()
    async with connected(settings) as dsn:
        task = asyncio.create_task(run(msgspec.structs.replace(settings, database_url=dsn), SHAPES))
        if os.name == "posix":
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, task.cancel)
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()

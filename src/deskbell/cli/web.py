"""The web server's process: a child of `deskbell serve`, and the parent of Granian's workers.

It loads the program while `deskbell serve` prepares the database, and listens once the gate opens.
"""

import asyncio
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click

from deskbell.runtime import logging
from deskbell.runtime.children import die_with_parent
from deskbell.runtime.settings import Settings

STOP_SECONDS = 10  # for requests in progress when the server stops
DRAIN_SECONDS = 3.0  # the part of it for closing sockets


def application() -> Any:
    """The ASGI application of a worker process. The worker ends with its parent process, however that ends."""
    # A forked worker inherits the handler of Granian's main process, which does nothing here: until the loop has its own
    # handler, SIGTERM ends the worker.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    assert parent is not None
    assert parent.pid is not None
    die_with_parent(signal.SIGTERM, parent.pid)  # not getppid(): the parent may have ended before this line
    from deskbell import app  # noqa: PLC0415 - a slow import, done while the database is prepared

    served = app.application()

    async def served_with_drain(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" and os.name == "posix":
            _drain_first(served.drain)
        await served(scope, receive, send)

    return served_with_drain


def _drain_first(drain: Callable[[float], Awaitable[None]]) -> None:
    """Closes the sockets with a reason when SIGTERM arrives, then stops this worker: Granian drops them without a code.

    Granian treats SIGINT like SIGTERM, so the worker sends itself SIGINT once the sockets are closed.
    """
    loop = asyncio.get_running_loop()
    draining: list[asyncio.Task[None]] = []

    async def drain_and_stop() -> None:
        try:
            await drain(DRAIN_SECONDS)
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    def on_sigterm() -> None:
        if not draining:
            draining.append(loop.create_task(drain_and_stop()))

    loop.add_signal_handler(signal.SIGTERM, on_sigterm)


@click.command()
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
@click.option("--workers", type=int, required=True)
@click.option("--parent", type=int, required=True, help="The process to end with.")
@click.option(
    "--gate", type=int, required=True, help="The read end of a pipe; serving begins when the other end is closed."
)
def web(host: str, port: int, workers: int, parent: int, gate: int) -> None:
    """Serve; internal, started by `deskbell serve`."""
    die_with_parent(signal.SIGTERM, parent)
    settings = Settings.load()
    logging.configure(settings.log_format)
    from granian import Granian  # noqa: PLC0415 - after the signal is set up
    from granian.constants import Interfaces, Loops  # noqa: PLC0415 - as above
    from granian.log import LogLevels  # noqa: PLC0415 - as above

    if multiprocessing.get_start_method() == "fork":
        import deskbell.app  # noqa: F401, PLC0415 - loaded once, and shared by the workers

        gc.freeze()  # or the collector would touch, and so copy, every shared page
    os.read(gate, 1)
    os.close(gate)
    Granian(
        "deskbell.cli.web:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop if sys.platform != "win32" else Loops.auto,
        workers=workers,
        websockets=True,
        log_dictconfig=logging.dict_config(settings.log_format),
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_SECONDS,
        working_dir=Path.cwd(),
    ).serve()


if __name__ == "__main__":
    web()

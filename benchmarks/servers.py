"""Servers for measurements: a PostgreSQL with its safeties on, and web servers of one worker each. All end with the run."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from deskbell.runtime.embedded import EmbeddedPostgres


@contextmanager
def postgres() -> Iterator[tuple[str, Path]]:
    """An embedded PostgreSQL as the product runs it, in a folder of its own; yields its address and the folder."""
    with tempfile.TemporaryDirectory(prefix="dbbench", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = EmbeddedPostgres(folder)
        dsn = server.start()
        try:
            yield dsn, folder
        finally:
            server.stop()


def postmaster(folder: Path) -> psutil.Process:
    """The first process of the PostgreSQL whose data lie in a folder."""
    return psutil.Process(int(next(folder.rglob("postmaster.pid")).read_text().split()[0]))


def server_of(port: int) -> psutil.Process:
    """The first process of the web server that `granian` has started on a port."""
    return next(each for each in psutil.Process().children() if str(port) in each.cmdline())


def cpu_seconds(process: psutil.Process) -> float:
    """The CPU of a process and of its children, ended ones included."""
    total = 0.0
    for each in [process, *process.children(recursive=True)]:
        times = each.cpu_times()
        total += times.user + times.system
        if each.pid == process.pid:
            total += times.children_user + times.children_system
    return total


def free_port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def granian(
    target: str, environ: dict[str, str], probe: str, *, factory: bool = False, workers: int = 1
) -> Iterator[int]:
    """An ASGI application under Granian, with one worker unless more are asked for; yields its port once `probe` answers."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", target, "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--loop", "uvloop", "--log-level", "error", "--no-access-log",
        *(["--factory"] if factory else []),
    ]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)
    try:
        for _ in range(1_200):  # a minute: on a busy machine the imports alone take twenty seconds
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{probe}", timeout=1)
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise RuntimeError(f"{target} did not start")
        yield port
    finally:
        process.terminate()
        process.wait(20)

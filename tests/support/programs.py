"""Programs of the system that tests start."""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/usr/lib/postfix/sbin"


def program(name: str, package: str, *, as_root: bool = False) -> str:
    """A program's path. Without it the test is skipped, or fails where `make test` should have installed it."""
    found = shutil.which(name, path=_PATH)
    if as_root and os.geteuid() != 0:
        pytest.skip(f"{package} starts as root alone")
    if found is not None:
        return found
    if os.environ.get("CI") == "true" and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        pytest.fail(f"No {package}, although `make test` installs it here: see what tools/browser.sh said.")
    pytest.skip(f"no {package} here (Debian: apt install {package})")


def free_port() -> int:
    """A port of the loopback that nothing listens on, below those that the system gives to connections and to other tests."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def until_listening(port: int, log: Path | None = None, host: str = "127.0.0.1") -> None:
    """Waits until a program listens on a port. Raises `RuntimeError` with its log after two minutes."""
    for _ in range(1_200):
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(log.read_text() if log is not None and log.exists() else f"nothing listens on {port}")


@contextmanager
def started(log: Path, port: int, *command: str, host: str = "127.0.0.1") -> Iterator[None]:
    """A program that listens on a port. It is ended by its process."""
    with log.open("ab") as words:
        running = subprocess.Popen(command, stdout=words, stderr=words)
    try:
        until_listening(port, log, host)
        if running.poll() is not None:
            raise RuntimeError(f"another program listens on {port}: {log.read_text()}")
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(120)

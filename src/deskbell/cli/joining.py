"""Several commands on one data folder: whoever comes first runs PostgreSQL, the others join it."""

import fcntl
import os
import time
from pathlib import Path
from typing import Self

import click

from deskbell.runtime.embedded import DataFolderBusyError, EmbeddedPostgres, running_dsn

PATIENCE = 60.0  # seconds to wait for another process's PostgreSQL


def start_or_join(server: EmbeddedPostgres) -> str:
    """Start PostgreSQL, or find the one that another process runs on the same folder; returns its dsn."""
    limit = time.monotonic() + PATIENCE
    while True:
        try:
            started = server.start()
        except DataFolderBusyError:
            dsn = running_dsn(server.data_dir)
            if dsn is not None:
                return dsn
            if time.monotonic() > limit:
                raise
            time.sleep(0.05)  # it is starting, or stopping: then the next try takes the folder
        else:
            return started


class FolderUse:
    """A shared lock that every command holds while it works on an embedded PostgreSQL, its own or a joined one."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "deskbell.use"
        self._handle = -1

    def __enter__(self) -> Self:
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_SH)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def wait_until_alone(self) -> None:
        """Wait for the others; those who come later wait for us, and then start a PostgreSQL of their own."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo("Waiting for another deskbell command on this data folder …", err=True)
            fcntl.flock(self._handle, fcntl.LOCK_EX)

"""Sharing one embedded PostgreSQL: the first process on a data folder runs it, the others connect to it."""

import fcntl
import os
import time
from pathlib import Path
from typing import Self

import click

from deskbell.runtime.embedded import DataFolderBusyError, EmbeddedPostgres, running_dsn

PATIENCE = 60.0  # seconds to wait for another process's PostgreSQL


def start_or_join(server: EmbeddedPostgres) -> str:
    """Starts PostgreSQL unless another process runs it on the folder; returns its DSN."""
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
            time.sleep(0.05)  # the other process is starting or stopping it; after a stop the next try gets the lock
        else:
            return started


class FolderUse:
    """A shared lock that every command holds while it uses an embedded PostgreSQL."""

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
        """Waits for the other commands. Later commands wait until this process ends, then start PostgreSQL."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo("Waiting for another deskbell command on this data folder …", err=True)
            fcntl.flock(self._handle, fcntl.LOCK_EX)

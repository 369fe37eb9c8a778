"""The embedded PostgreSQL: started, supervised and stopped with the program.

It listens only on a Unix socket, in a folder that only its owner (and root) may enter.
"""

import fcntl
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from deskbell.runtime import cluster
from deskbell.runtime.children import Child, death_signal
from deskbell.runtime.cluster import EmbeddedPostgresError

__all__ = ["DataFolderBusyError", "EmbeddedPostgres", "EmbeddedPostgresError", "FolderLock", "running_dsn"]

log = logging.getLogger("deskbell.postgres")

SOCKET_PATH_MAX = 103  # bytes: Linux takes 107, macOS 103
SOCKET_DIR_PREFIX = "deskbell-"
MB = 1024 * 1024
LEVELS = {"WARNING": logging.WARNING, "ERROR": logging.ERROR, "FATAL": logging.ERROR, "PANIC": logging.CRITICAL}


class DataFolderBusyError(EmbeddedPostgresError):
    """Another Deskbell process runs PostgreSQL on this data folder."""


class FolderLock:
    """A data folder's lock. The kernel releases it when the process ends, however it ends."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "deskbell.lock"
        self._handle: int | None = None

    def take(self) -> None:
        """Takes the lock, or raises DataFolderBusyError without waiting."""
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise EmbeddedPostgresError(f"The data folder cannot be used: {self.path}: {error.strerror}.") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode().strip()
            os.close(handle)
            raise DataFolderBusyError(
                f"Another Deskbell{f' (process {holder})' if holder else ''} is using the data folder "
                f"{self.path.parent}; stop it, or choose another folder with --data-dir."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Releases the lock. Idempotent."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class EmbeddedPostgres:
    """PostgreSQL on `<data_dir>/postgres`, a supervised child of this process.

    `durable=False` turns off fsync for speed; for tests only.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self.folder = self.data_dir / "postgres"
        self._durable = durable
        self._lock = FolderLock(self.data_dir)
        self._socket_dir = self.folder
        self._short_dir: Path | None = None
        self._owner = cluster.Owner("")
        self._last_words: deque[str] = deque(maxlen=20)
        self._child: Child | None = None

    @property
    def dsn(self) -> str:
        """The DSN of the application's login: the owner of the database, subject to row security."""
        return _dsn(cluster.ROLE, self._socket_dir)

    @property
    def superuser_dsn(self) -> str:
        """The DSN of the superuser, for tests and emergencies. It bypasses row security."""
        return _dsn(cluster.SUPERUSER, self._socket_dir)

    @property
    def pid(self) -> int | None:
        """The postmaster's process id; None while it is not running."""
        return self._child.pid if self._child else None

    def start(self) -> str:
        """Locks the folder, creates the cluster if it is missing, and starts PostgreSQL.

        Returns the DSN once PostgreSQL accepts connections. Raises DataFolderBusyError or EmbeddedPostgresError, and then
        leaves nothing running.
        """
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock.take()
        try:
            self._owner = cluster.owner_of(self.folder)
            cluster.open_way(self.data_dir, self._owner)
            cluster.make(self.folder, self._owner)
            self._socket_dir = self._choose_socket_dir()
            self._child = Child("postgres", self._spawn, stop_signals=((signal.SIGINT, 60.0), (signal.SIGQUIT, 5.0)))
            self._child.start()
            self._wait_until_ready(self._child)
        except BaseException:
            self.stop()
            raise
        return self.dsn

    def stop(self) -> None:
        """Shuts PostgreSQL down and unlocks the folder. Idempotent."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        if self._short_dir is not None:
            shutil.rmtree(self._short_dir, ignore_errors=True)
            self._short_dir = None
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _choose_socket_dir(self) -> Path:
        """The cluster's folder if its path is accessible and short enough, else a new private folder in /tmp."""
        self._drop_stale_socket_dir(Path(cluster.mark_of(self.folder)[4]))
        place = self.folder.resolve()
        if self._owner.closed_above(place) is None and len(os.fsencode(place / cluster.SOCKET)) <= SOCKET_PATH_MAX:
            return place
        place = self._short_dir = Path(tempfile.mkdtemp(prefix=SOCKET_DIR_PREFIX, dir="/tmp"))  # mkdtemp: private
        if self._owner.uid is not None and self._owner.gid is not None:
            os.chown(place, self._owner.uid, self._owner.gid)
        return place

    def _drop_stale_socket_dir(self, place: Path) -> None:
        """Removes the socket folder that a killed server left; only one that its PostgreSQL's user owned."""
        ours = place.name.startswith(SOCKET_DIR_PREFIX) and place.parent == Path("/tmp")  # noqa: S108 - see above
        if ours and place.is_dir() and place.stat().st_uid == self.folder.stat().st_uid:
            shutil.rmtree(place, ignore_errors=True)

    def _spawn(self) -> subprocess.Popen[bytes]:
        cluster.end_leftovers(self.folder)
        name, arguments = cluster.seat(self.folder, self._owner)
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [str(cluster.programs_for(self._owner) / "postgres"), "-D", name, *self._options()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # keeps Ctrl-C from PostgreSQL: this process stops it last
            preexec_fn=death_signal(signal.SIGINT),  # noqa: PLW1509 - only calls libc, see there
            **arguments,
        )
        threading.Thread(target=self._relay, args=(process,), name="postgres-log", daemon=True).start()
        return process

    def _options(self) -> list[str]:
        values = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket_dir),
            "unix_socket_permissions": "0700",
            "port": "5432",
            "cluster_name": "deskbell",
            "max_connections": "200",
            "jit": "off",
            "random_page_cost": "1.1",
            "wal_compression": "on",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "fsync": "on",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "log_destination": "stderr",
            "log_line_prefix": "",
            "log_min_messages": "log",  # a failed statement is the application's to report
            "log_min_error_statement": "panic",  # statements hold personal data
            "log_checkpoints": "off",
            **_memory(),
        }
        if not self._durable:
            values |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [part for name, value in values.items() for part in ("-c", f"{name}={value}")]

    def _relay(self, process: subprocess.Popen[bytes]) -> None:
        """Copies PostgreSQL's messages into the program's log."""
        stream = process.stderr
        if stream is None:
            return
        with stream:
            for raw in stream:
                line = raw.decode("utf-8", "replace").rstrip()
                self._last_words.append(line)
                found = re.match(r"(?P<level>[A-Z0-9]+):\s+(?P<text>.*)", line)
                log.log(LEVELS.get(found["level"], logging.DEBUG) if found else logging.DEBUG, "%s", line)

    def _wait_until_ready(self, child: Child) -> None:
        tries = 1
        began = time.monotonic()
        while True:
            mark = cluster.mark_of(self.folder)
            pid = child.pid
            if pid is not None and mark[0] == str(pid) and mark[7] == "ready":
                return
            if child.trouble is not None:
                raise EmbeddedPostgresError(f"PostgreSQL could not be started: {child.trouble}.")
            if child.restarts >= tries:
                # Backends of a killed server can hold its shared memory for a moment; other errors are permanent.
                if not any("shared memory" in line for line in self._last_words) or tries > 6:
                    raise EmbeddedPostgresError(f"PostgreSQL does not start: {self._complaint()}")
                tries = child.restarts + 1
            if time.monotonic() - began > 10:
                log.warning("PostgreSQL is still starting; after a crash it recovers its data first")
                began = time.monotonic()
            time.sleep(0.005)

    def _complaint(self) -> str:
        lines = [line for line in self._last_words if line.startswith(("FATAL", "PANIC", "postgres:"))]
        return (lines or list(self._last_words) or ["it gave no reason."])[-1]


def running_dsn(data_dir: Path) -> str | None:
    """The DSN of the PostgreSQL that another process runs on the folder; None while it is not ready."""
    mark = cluster.mark_of(data_dir.absolute() / "postgres")
    return _dsn(cluster.ROLE, Path(mark[4])) if mark[7] == "ready" and _listens(Path(mark[4])) else None


def _listens(socket_dir: Path) -> bool:
    """Whether a server listens on the socket. A killed server's pid file says "ready" forever."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_dir / cluster.SOCKET))
        except OSError:
            return False
        return True


def _dsn(role: str, socket_dir: Path) -> str:
    return f"postgresql://{role}@/{cluster.DATABASE}?host={quote(str(socket_dir), safe='/')}"


def _memory() -> dict[str, str]:
    """PostgreSQL's memory settings for this machine; most memory is left to the file cache."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MB
    return {
        "shared_buffers": f"{min(max(total // 16, 64), 512)}MB",
        "effective_cache_size": f"{max(total // 2, 256)}MB",
        "maintenance_work_mem": f"{min(max(total // 32, 64), 256)}MB",
        "work_mem": "8MB",
    }

"""A PostgreSQL for one test process: the embedded build, in a short folder, gone when the process is gone.

Durability is switched off: what these tests prove does not survive a power cut, and need not.
"""

import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from deskbell.runtime.cluster import programs

SERVER_USER = "pgserver"  # PostgreSQL refuses to run as root; this is the account the embedded build makes for itself
START_SECONDS = 60
SPEED_OVER_SAFETY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class TestPostgres:
    """One server: `start`, any number of databases by `url`, `stop` (which is also done at exit, whatever happens)."""

    __test__ = False

    def __init__(self, *, port: int | None = None, of: str | None = None, **settings: str) -> None:
        """With `port` it also listens on 127.0.0.1. `of` is the address of the server that it is a standby of."""
        self._port = port
        self._primary = of
        self._settings = SPEED_OVER_SAFETY | settings
        self._folder = Path(tempfile.mkdtemp(prefix="db", dir="/tmp" if Path("/tmp").is_dir() else None))
        self._account = SERVER_USER if os.name == "posix" and os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)

    def start(self) -> None:
        """Makes the cluster and waits until it takes connections; raises with the server's log if it does not."""
        binaries = self._runnable_binaries()
        data = self._folder / "data"
        if self._account is not None:
            shutil.chown(self._folder, self._account, self._account)
        if self._primary is None:
            make = ["initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "-U", "postgres", "-D", str(data)]
        else:
            make = ["pg_basebackup", "--no-sync", "--write-recovery-conf", "--checkpoint=fast", "-d", self._primary]
            make += ["-D", str(data)]
        subprocess.run(
            [binaries / make[0], *make[1:]],
            user=self._account,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
        )
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        listening = ["-h", ""] if self._port is None else ["-h", "127.0.0.1", "-p", str(self._port)]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", self._folder, *listening, *settings],
                user=self._account,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                process_group=0,  # Ctrl-C is for pytest, which then stops the server in order
                preexec_fn=_end_with_parent(),  # noqa: PLW1509 - one system call; no thread of this process is affected
            )
        self._wait_until_ready(data / "postmaster.pid")

    def url(self, database: str, user: str = "postgres") -> str:
        """The address of a database on this server, as its superuser or as another role."""
        return f"postgresql://{user}@/{quote(database)}?host={quote(str(self._folder), safe='/')}"

    def stop(self) -> None:
        """Kills the server and removes its folder. Idempotent."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _runnable_binaries(self) -> Path:
        """The embedded build's programs; where the server's account may not run them, a copy that it may."""
        installed = programs().parent
        if self._account is None:
            return installed / "bin"
        if subprocess.run(["id", self._account], capture_output=True, check=False).returncode != 0:
            subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", self._account], check=True)
        try:
            subprocess.run(
                [installed / "bin" / "postgres", "--version"],
                user=self._account,
                check=True,
                stdout=subprocess.DEVNULL,
                cwd="/",
            )
        except (PermissionError, subprocess.CalledProcessError):
            self._folder.chmod(0o755)
            package = installed.parent
            copy = self._folder / "pg" / package.name
            shutil.copytree(installed, copy / installed.name, symlinks=True)
            if (libraries := package.with_name(f"{package.name}.libs")).is_dir():  # found relative to the programs
                shutil.copytree(libraries, copy.with_name(libraries.name))
            return copy / installed.name / "bin"
        return installed / "bin"

    def _wait_until_ready(self, pid_file: Path) -> None:
        """Whether the server is ready, from the last line of its pid file."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while not (pid_file.exists() and pid_file.read_text().rstrip().endswith("ready")):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self._folder / 'log').read_text()}")
            time.sleep(0.01)


def _end_with_parent() -> Callable[[], None] | None:
    """On Linux, what makes the kernel end the server when this process is killed without a chance to do so."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    pr_set_pdeathsig = 1

    def ask() -> None:
        prctl(pr_set_pdeathsig, signal.SIGINT)

    return ask

"""Supervised child processes: restarted when they end, ended with their parent, stopped in order.

A thread per child starts it, waits for it and restarts it. The thread outlives the child because Linux sends the "parent
died" signal when the thread that created the child ends, not when its process does.
"""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

log = logging.getLogger("deskbell.children")

PR_SET_PDEATHSIG = 1
FIRST_PAUSE = 0.2  # seconds before a restart; doubles with each failure up to LONGEST_PAUSE
LONGEST_PAUSE = 15.0
SETTLED = 30.0  # seconds of running after which the pause is reset

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(number: int, parent: int) -> None:
    """Makes the kernel send this process the signal `number` when its parent, `parent`, ends.

    Linux does so even if the parent is killed. On other systems a thread checks every second.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it ended before the call
            os.kill(os.getpid(), number)
    elif os.name == "posix":
        threading.Thread(target=_watch_parent, args=(number, parent), daemon=True).start()


def _watch_parent(number: int, parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), number)


def death_signal(number: int) -> Callable[[], None] | None:
    """A `preexec_fn` that ends a third-party program with this process; None where the system does not support it.

    It only calls libc, which is already loaded: other Python code between fork and exec could deadlock.
    """
    if _libc is None:
        return None
    parent = os.getpid()

    def before_exec() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


class Child:
    """One supervised child process.

    `spawn` starts the program and returns its handle. A child that ends unexpectedly is restarted after a pause that
    doubles with each consecutive failure. `stop` sends each of `stop_signals`, waits its seconds, and finally kills.
    """

    def __init__(
        self,
        name: str,
        spawn: Callable[[], subprocess.Popen[bytes]],
        *,
        stop_signals: Sequence[tuple[int, float]] = ((signal.SIGTERM, 20.0),),
    ) -> None:
        self.name = name
        self._spawn = spawn
        self._stop_signals = stop_signals
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self.restarts = 0
        self.trouble: Exception | None = None

    @property
    def pid(self) -> int | None:
        """The process id; None while no process is running."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Starts supervising the child. Does not block."""
        self._thread = threading.Thread(target=self._supervise, name=f"supervise-{self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops the child and waits until it has ended. Idempotent."""
        self._stopping.set()
        with self._lock:  # nothing is spawned after this block
            process = self._process
        if process is not None:
            self._end(process)
        if self._thread is not None:
            self._thread.join()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        for number, seconds in self._stop_signals:
            process.send_signal(number)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                log.warning("%s did not stop within %g s of signal %s", self.name, seconds, number)
            else:
                return
        process.kill()
        process.wait()

    def _supervise(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = time.monotonic()
            outcome = self._run_once()
            if self._stopping.is_set():
                return
            if time.monotonic() - began > SETTLED:
                pause = FIRST_PAUSE
            self.restarts += 1
            log.error("%s %s; restarting in %.1f s", self.name, outcome, pause)
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _run_once(self) -> str:
        with self._lock:
            if self._stopping.is_set():
                return "was stopped"
            try:
                self._process = process = self._spawn()
            except Exception as error:  # noqa: BLE001 - the supervisor reports every error and retries
                self.trouble = error
                return f"could not be started ({error})"
        status = process.wait()
        return f"ended with status {status}" if status >= 0 else f"was ended by signal {-status}"

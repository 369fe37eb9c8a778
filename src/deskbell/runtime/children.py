"""Child processes that are kept running, end with their parent, and stop when told to.

Each child has a thread of its own that starts it, waits for it and starts it again. The thread outlives the child
because Linux ties the "parent died" signal to the thread that made the child, not to the process.
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
FIRST_PAUSE = 0.2  # seconds before a child that died is started again; doubles up to the longest
LONGEST_PAUSE = 15.0
SETTLED = 30.0  # seconds after which a child counts as having run well

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(number: int, parent: int) -> None:
    """Have the kernel send this process the signal `number` when `parent`, its parent, ends.

    Linux does it even if the parent is killed; elsewhere a thread looks every second.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it ended before we asked
            os.kill(os.getpid(), number)
    elif os.name == "posix":
        threading.Thread(target=_watch_parent, args=(number, parent), daemon=True).start()


def _watch_parent(number: int, parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), number)


def death_signal(number: int) -> Callable[[], None] | None:
    """A `preexec_fn` that ties a program that is not ours to this process; None where the system has no such thing.

    It only calls into libc, which was loaded before: little can go wrong between fork and exec.
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

    `spawn` starts the program and returns its handle. A child that ends by itself is started again after a pause that
    doubles with each failure in a row. `stop` sends each of `stop_signals` and gives it its seconds, then kills.
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
        """The process's id, or None while none is running."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Begin to run the child; returns at once."""
        self._thread = threading.Thread(target=self._supervise, name=f"supervise-{self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the child and wait until it is gone; harmless when it is not running."""
        self._stopping.set()
        with self._lock:  # from here on nothing is spawned any more
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
            log.error("%s %s; it is started again in %.1f s", self.name, outcome, pause)
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _run_once(self) -> str:
        with self._lock:
            if self._stopping.is_set():
                return "was stopped"
            try:
                self._process = process = self._spawn()
            except Exception as error:  # noqa: BLE001 - whatever it was, the supervisor reports it and goes on
                self.trouble = error
                return f"could not be started ({error})"
        status = process.wait()
        return f"ended with status {status}" if status >= 0 else f"was ended by signal {-status}"

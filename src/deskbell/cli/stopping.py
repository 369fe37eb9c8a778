"""Handling of SIGTERM and SIGINT that misses neither."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

_NUMBERS: Final = (signal.SIGTERM, signal.SIGINT)


class StopRequest:
    """Raises `KeyboardInterrupt` in the main thread when SIGTERM or SIGINT arrives, and keeps the request.

    The exception alone is not enough. Python discards an exception raised in a finalizer or a weak reference's callback,
    and a main thread that is just about to block on a lock does not run the handler of a signal that has just arrived.
    """

    def __init__(self) -> None:
        self._requested = False
        self._woken = False

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Handles the signals within the block and restores their previous handlers after it."""
        before = {number: signal.signal(number, self._interrupt) for number in _NUMBERS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def check(self) -> None:
        """Raises `KeyboardInterrupt` if a signal has arrived."""
        if self._requested:
            raise KeyboardInterrupt

    def wait(self) -> NoReturn:
        """Blocks until a signal arrives, or has arrived before, and raises `KeyboardInterrupt`."""
        # The interpreter's C handler writes to the pipe on whichever thread it runs, so `select` returns in each case.
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        try:
            # This runs a handler that is due, too: of a signal that came before the pipe, nothing else may remind us.
            signal.signal(signal.SIGTERM, self._interrupt)
            while True:
                self.check()
                select.select([reader], [], [])
                # The byte is the signal's number. Python's handler may not have run: other threads can clear the mark by
                # which this thread would notice that one is due.
                self._woken = self._requested = os.read(reader, 1)[0] in _NUMBERS or self._requested
        finally:
            signal.set_wakeup_fd(before)
            os.close(reader)
            os.close(writer)

    def ignore(self) -> None:
        """Ignores both signals from now on: a second Ctrl-C must not interrupt the orderly stop."""
        for number in _NUMBERS:  # not SIG_IGN: a child that is being started would inherit it and could not be stopped
            signal.signal(number, _do_nothing)

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self._requested = True
        if not self._woken:  # else `wait` raises it, and a second one must not interrupt the stop
            raise KeyboardInterrupt


def _do_nothing(_number: int, _frame: FrameType | None) -> None: ...

"""A request to stop is kept, whatever the main thread is doing when its signal arrives."""

import subprocess
import sys

IN_A_FINALIZER = """
import os, signal, sys
from deskbell.cli.stopping import StopRequest

sys.unraisablehook = lambda lost: print(f"{lost.exc_type.__name__} is lost", flush=True)

class Response:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

stop = StopRequest()
with stop.handled():
    Response()
    try:
        stop.wait()
    except KeyboardInterrupt:
        print("stopped")
"""

WITHOUT_A_HANDLER = """
import os, signal, threading
from deskbell.cli.stopping import StopRequest

stopped = threading.Event()

def send():
    while not stopped.wait(0.01):
        os.kill(os.getpid(), signal.SIGINT)

stop = StopRequest()
with stop.handled():
    signal.signal(signal.SIGINT, lambda *_: None)  # as if Python had forgotten to run it
    sender = threading.Thread(target=send)
    sender.start()
    try:
        stop.wait()
    except KeyboardInterrupt:
        print("stopped")
    stopped.set()
    sender.join()
"""

A_CHILD_WHILE_STOPPING = """
import os, signal, subprocess, sys
from deskbell.cli.stopping import StopRequest

stop = StopRequest()
with stop.handled():
    stop.ignore()
    os.kill(os.getpid(), signal.SIGTERM)
    subprocess.run([sys.executable, "-c", "import signal; print(signal.getsignal(signal.SIGTERM).name)"], check=True)
"""


def run(script: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.splitlines()


def test_a_signal_within_a_finalizer_still_stops_it() -> None:
    assert run(IN_A_FINALIZER) == ["KeyboardInterrupt is lost", "stopped"]


def test_a_signal_whose_handler_does_not_run_still_stops_it() -> None:
    assert run(WITHOUT_A_HANDLER) == ["stopped"]


def test_a_child_that_starts_while_its_parent_stops_can_be_stopped() -> None:
    assert run(A_CHILD_WHILE_STOPPING) == ["SIG_DFL"]

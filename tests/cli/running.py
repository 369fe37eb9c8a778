"""Runs the program as a person does, on a folder and a port of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

PROGRAM = [sys.executable, "-m", "deskbell.cli"]


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a short path that PostgreSQL's own user can reach, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="dbt-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without its settings, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKBELL_")}
    return kept | {f"DESKBELL_{name}": value for name, value in settings.items()}


def run(*arguments: str | Path, folder: Path, words: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in `folder`, with `words` on its standard input."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=folder,
        env=environment(**settings),
        input=words,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class Served:
    """A running `deskbell serve` with the lines it has printed."""

    def __init__(self, folder: Path, *options: str, **settings: str) -> None:
        self.errors = (folder / "errors.txt").open("w+")
        self.process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", "0", "--data-dir", str(folder / "data"), *options],
            cwd=folder,
            env=environment(**settings),
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self.url = self._until_ready()

    def _until_ready(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            found = re.search(r"Deskbell is ready at (\S+)", line)
            if found:
                return found[1]
        raise AssertionError(f"it ended with {self.process.wait()}: {self.complaints()}")

    def complaints(self) -> str:
        """The text on standard error so far."""
        self.errors.seek(0)
        return self.errors.read()

    def family(self) -> list[psutil.Process]:
        """It and every process below it."""
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; gives the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.communicate(timeout=60)
        self.errors.close()
        return self.process.returncode

    def power_cut(self) -> None:
        """Kill it and every process below it before any of them can do a thing."""
        held: list[psutil.Process] = []
        # One may end, or start another, between being found and being held: look until there is no new one.
        while new := [process for process in self.family() if process not in held]:
            for process in new:
                with suppress(psutil.NoSuchProcess):
                    process.suspend()
            held += new
        for process in held:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.communicate()
        psutil.wait_procs(held, timeout=30)
        self.errors.close()


@contextmanager
def served(folder: Path, *options: str, **settings: str) -> Iterator[Served]:
    """`deskbell serve` on a free port while the block runs."""
    server = Served(folder, *options, **settings)
    try:
        yield server
    finally:
        server.stop()

"""`deskbell serve` brings everything up, keeps it up, and takes everything down."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from deskbell.runtime.embedded import EmbeddedPostgres
from tests.cli.running import Served, run, served, short_folder


@pytest.fixture(scope="module")
def desk() -> Iterator[Path]:
    """A folder whose `data` holds a migrated database; nothing runs on it."""
    with short_folder() as folder:
        assert run("migrate", folder=folder).returncode == 0
        yield folder


def words_of(process: psutil.Process) -> str:
    return " ".join(process.cmdline())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_a_signal_leaves_no_process_behind(desk: Path, number: int) -> None:
    with served(desk, "--workers", "2") as server:
        assert httpx.get(f"{server.url}/readyz").status_code == 200
        family = server.family()
        commands = [words_of(process) for process in family]
        assert any("deskbell.cli worker" in command for command in commands)
        assert any("postgres" in command for command in commands)
        assert server.lines[-1].startswith("Deskbell is ready at ")
        assert server.stop(number) == 0
        assert psutil.wait_procs(family, timeout=30)[1] == []
    assert not (desk / "data/postgres/postmaster.pid").exists()


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a signal cannot be sent to one thread of another process"
)
def test_it_stops_at_a_signal_that_does_not_wake_the_main_thread(desk: Path) -> None:
    """So does one that arrives just before the main thread blocks: both leave it asleep with a handler still to run."""
    with served(desk, "--no-worker") as server:
        others = [
            thread.id for thread in psutil.Process(server.process.pid).threads() if thread.id != server.process.pid
        ]
        os.kill(others[0], signal.SIGTERM)  # Linux prefers the thread that is named
        assert server.process.wait(timeout=60) == 0


def test_no_worker_leaves_the_jobs_to_others(desk: Path) -> None:
    with served(desk, "--no-worker") as server:
        assert not any("deskbell.cli worker" in words_of(process) for process in server.family())


def test_after_kill_9_of_everything_it_starts_again(desk: Path) -> None:
    with served(desk) as server:
        server.power_cut()
    with served(desk) as server:
        assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_a_killed_server_takes_its_children_with_it_and_starts_again(desk: Path) -> None:
    with served(desk) as server:
        family = server.family()
        server.stop(signal.SIGKILL)
        assert psutil.wait_procs(family, timeout=30)[1] == []
    with served(desk) as server:
        assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_a_second_server_on_the_folder_ends_and_the_first_goes_on(desk: Path) -> None:
    with served(desk) as server:
        second = run("serve", "--port", "0", folder=desk)
        assert second.returncode == 1
        assert second.stderr.startswith("Error: Another Deskbell (process ")
        assert httpx.get(f"{server.url}/readyz").status_code == 200


def worker_of(server: Served) -> psutil.Process:
    """The job worker's process, which starts shortly after the server is ready."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for process in server.family():
            if "deskbell.cli worker" in words_of(process):
                return process
    raise AssertionError("no worker was started")


def test_a_worker_that_dies_is_restarted(desk: Path) -> None:
    with served(desk) as server:
        worker = worker_of(server)
        os.kill(worker.pid, signal.SIGKILL)
        psutil.wait_procs([worker], timeout=30)
        assert worker_of(server).pid != worker.pid


def test_it_serves_from_a_database_of_the_operators(desk: Path) -> None:
    with short_folder() as elsewhere, EmbeddedPostgres(desk / "data") as postgres:
        with served(elsewhere, DATABASE_URL=postgres.dsn) as server:
            assert httpx.get(f"{server.url}/readyz").status_code == 200
            assert not any(words_of(process).endswith("postgres") for process in server.family())
        assert not (elsewhere / "data/postgres").exists()

"""The tests' own PostgreSQL takes connections and leaves nothing behind."""

import asyncio
import contextlib
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import psutil
import pytest

from tests.support.postgres import TestPostgres

KILLED = """
import os, signal
from tests.support.postgres import TestPostgres
server = TestPostgres()
server.start()
print(server._process.pid, server._folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def folder_of(server: TestPostgres) -> Path:
    return Path(parse_qs(urlsplit(server.url("postgres")).query)["host"][0])


async def test_it_answers_and_stop_removes_process_and_folder() -> None:
    server = TestPostgres()
    await asyncio.to_thread(server.start)
    try:
        connection = await asyncpg.connect(server.url("postgres"))
        assert await connection.fetchval("select current_setting('fsync')") == "off"
        await connection.close()
        assert server._process is not None
        pid = server._process.pid
    finally:
        server.stop()
    assert not psutil.pid_exists(pid)
    assert not folder_of(server).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_it_ends_when_the_test_process_is_killed() -> None:
    run = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)
    pid, folder = run.stdout.split()
    try:
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(int(pid)).wait(timeout=20)
    finally:
        shutil.rmtree(folder)

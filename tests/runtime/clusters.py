"""Runs and kills clusters of the embedded PostgreSQL."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg

# What the tests kill: a program that runs PostgreSQL, writes a row, says so, and waits.
KEEPER = """
import sys, threading
from pathlib import Path
import psycopg
from deskbell.runtime.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
with psycopg.connect(server.start(), autocommit=True) as connection:
    connection.execute("create table if not exists kept (word text)")
    connection.execute("insert into kept values ('here')")
print(server.pid, flush=True)
threading.Event().wait()
"""


def ask(dsn: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        answer = connection.execute(question)
        return answer.fetchall() if answer.description else []


def postgres_in(folder: Path) -> list[psutil.Process]:
    """The PostgreSQL processes that work in a cluster."""
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "postgres" and process.info["cwd"] == str(folder)
    ]


def keeper(data_dir: Path, *before: str, **environment: str) -> tuple[subprocess.Popen[str], int]:
    """Runs KEEPER until it is ready; gives its handle and its PostgreSQL's process id."""
    process = subprocess.Popen(
        [*before, sys.executable, "-c", KEEPER, str(data_dir)],
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env=os.environ | environment,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"it ended with {process.wait()}"
    return process, int(line)


def kill_everything(process: subprocess.Popen[str], postmaster: int) -> None:
    """Kills all processes at the same time, like a power cut: none can shut down or restart another."""
    process.send_signal(signal.SIGSTOP)
    for each in (psutil.Process(postmaster), *psutil.Process(postmaster).children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    process.kill()
    process.communicate()

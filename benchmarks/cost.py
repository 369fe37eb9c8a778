"""The whole cost of one operation: in the web server, in the worker and in PostgreSQL, with everything that follows from it.

Each operation is repeated on a desk of 10,000 tickets; a count ends only when the journal's readers and the queue have
nothing left to do. CPU is that of the processes, measured as a whole, so that it holds on a machine that does other work too.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import psutil
from msgspec import Struct

from benchmarks.filling import SECRET, Organization, add_tickets, new_organization
from benchmarks.load import measure, request
from benchmarks.servers import cpu_seconds, granian, postgres, postmaster, server_of
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

TICKETS = 10_000
WRITES, READS = 200, 1_000
CONNECTIONS = 8
_IDLE = """
select not exists (select from pgqueuer where status in ('queued', 'picked') and execute_after <= now())
   and not exists (select from events e, journal_readers r
                    where r.name in ('reactions', 'webhooks') and (e.xact_id, e.id) > (r.xact_id, r.id))
"""
_COUNTERS = """
select xact_commit, tup_inserted + tup_updated + tup_deleted as rows from pg_stat_database where datname = current_database()
"""
_FLUSHED_SECONDS = 11


class Cost(Struct, frozen=True):
    """A reading of all counters at a moment: seconds of CPU, transactions, rows written, bytes of WAL."""

    web: float
    worker: float
    postgres: float
    commits: float
    rows: float
    wal: float
    at: float

    def since(self, before: "Cost", times: float = 1, idle: "Cost | None" = None) -> "Cost":
        """The cost of one of `times` repetitions, without what the idle desk costs in a second."""
        seconds = self.at - before.at
        spent = {
            name: (getattr(self, name) - getattr(before, name) - (seconds * getattr(idle, name) if idle else 0)) / times
            for name in Cost.__struct_fields__
        }
        return Cost(**spent)


class Meter:
    """Reads the counters of a running desk."""

    def __init__(self, dsn: str, folder: Path, web: psutil.Process, worker: psutil.Process) -> None:
        self._dsn, self._web, self._worker = dsn, web, worker
        self._postgres = postmaster(folder)

    async def read(self) -> Cost:
        """The counters once nothing is left to do. Idle backends write their statistics after ten seconds."""
        connection = await asyncpg.connect(self._dsn)
        try:
            idle = False
            while not idle:
                idle = await connection.fetchval(_IDLE)
                await asyncio.sleep(0.05)
            web, worker, database = (cpu_seconds(each) for each in (self._web, self._worker, self._postgres))
            wal = await connection.fetchval("select pg_current_wal_lsn() - '0/0'::pg_lsn")
            await asyncio.sleep(_FLUSHED_SECONDS)
            row = await connection.fetchrow(_COUNTERS)
        finally:
            await connection.close()
        return Cost(web, worker, database, row["xact_commit"], row["rows"], int(wal), time.perf_counter())


@contextmanager
def _worker(environ: dict[str, str]) -> Iterator[psutil.Process]:
    process = subprocess.Popen([sys.executable, "-m", "deskbell.cli", "worker"], env={**os.environ, **environ})
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


async def _fill(dsn: str) -> tuple[Organization, list[UUID]]:
    await migrate(dsn)
    database = await Database.open(dsn)
    organization = await new_organization(database, agents=2)
    await add_tickets(database, organization, TICKETS)
    await database.close()
    connection = await asyncpg.connect(dsn)
    await connection.execute("analyze")
    rows = await connection.fetch(
        "select id from tickets where status in ('new', 'open') and assignee_id is distinct from $1 order by number limit 1000",
        organization.agents[1],
    )
    await connection.close()
    return organization, [row[0] for row in rows]


def _operations(desk: Organization, tickets: list[UUID]) -> list[tuple[str, Callable[[int], bytes], int]]:
    def write(method: str, path: str, body: dict[str, object], token: str = desk.agent_token) -> Callable[[int], bytes]:
        payload = json.dumps(body).encode()
        return lambda n: request(method, path.format(tickets[n % len(tickets)]), token, payload)

    def read(path: str) -> Callable[[int], bytes]:
        return lambda n: request("GET", path.format(tickets[n % len(tickets)]), desk.agent_token)

    text = "The zip of my new jacket broke on day one. " * 4
    new = {"subject": "Zip is broken", "description": text}
    return [
        ("get a ticket", read("/api/v1/tickets/{}"), READS),
        ("list 25 by status", read("/api/v1/tickets?status=open&limit=25"), READS),
        ("search", read("/api/v1/tickets?search=marmalade"), READS),
        ("create a ticket", write("POST", "/api/v1/tickets", dict(new), desk.customer_token), WRITES),
        ("reply", write("POST", "/api/v1/tickets/{}/comments", {"body": text, "public": True}), WRITES),
        ("note", write("POST", "/api/v1/tickets/{}/comments", {"body": text, "public": False}), WRITES),
        ("assign a ticket", write("PATCH", "/api/v1/tickets/{}/assign", {"assignee_id": str(desk.agents[1])}), WRITES),
        ("solve a ticket", write("PATCH", "/api/v1/tickets/{}/status", {"status": "solved"}), WRITES),
    ]


def run() -> Iterator[tuple[str, Cost, int]]:
    """The cost of a second without work, then each operation's cost and its failures."""
    with postgres() as (dsn, folder):
        desk, tickets = asyncio.run(_fill(dsn))
        environ = {
            "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder / "data"), "DESKBELL_SECRET_KEY": SECRET,
            "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off",
        }  # fmt: skip
        with granian("deskbell.app:application", environ, "/readyz", factory=True) as port, _worker(environ) as worker:
            meter = Meter(dsn, folder, server_of(port), worker)
            _started, before, after = (asyncio.run(meter.read()) for _ in range(3))
            idle = after.since(before, after.at - before.at)
            yield "one idle second", idle, 0
            for name, make, count in _operations(desk, tickets):
                measure(port, make, count=CONNECTIONS, connections=CONNECTIONS)
                before = asyncio.run(meter.read())
                figures = measure(port, make, count=count, connections=CONNECTIONS)
                after = asyncio.run(meter.read())
                yield name, after.since(before, count, idle), figures.failures


def report() -> str:
    """The table."""
    lines = [
        "| operation | web ms | worker ms | PostgreSQL ms | all ms | commits | rows | WAL kB | failures |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, cost, failures in run():
        cpu = [1_000 * each for each in (cost.web, cost.worker, cost.postgres)]
        lines.append(
            f"| {name} | {' | '.join(f'{each:.2f}' for each in cpu)} | **{sum(cpu):.2f}** | {cost.commits:.1f} "
            f"| {cost.rows:.1f} | {cost.wal / 1024:.1f} | {failures} |"
        )
    return "\n".join(lines)

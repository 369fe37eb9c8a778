"""The whole cost of one operation: in the web server, in the worker and in PostgreSQL, with everything that follows from it.

Each operation is repeated on a desk of 10,000 tickets by 8 connections, all servers on one core; a count ends only when the
journal's readers and the queue have nothing left to do. CPU is that of the processes, measured as a whole, so that it holds on
a machine that does other work too. The bare floor does the same in the same run: a plain ASGI function on Granian with asyncpg
and msgspec, the same rows, one transaction for a write, and nothing else.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
import msgspec
import psutil
from msgspec import Struct

from benchmarks.filling import COMMON, RARE, SECRET, Organization, add_member, add_tickets, new_organization
from benchmarks.load import Figures, measure, request
from benchmarks.servers import cpu_seconds, granian, postgres, postmaster, server_of
from deskbell.features.access.passwords import hash_password
from deskbell.features.access.tokens import TokenKeys
from deskbell.features.knowledge.records import NewArticle
from deskbell.features.knowledge.service import create as create_article
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import encode_cursor
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

TICKETS = 10_000
WRITES, READS, DEAR = 200, 1_000, 40
CONNECTIONS = 8
PASSWORD = "correct-horse-battery-1"
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


class Operation(Struct, frozen=True):
    """A request of Deskbell, the bare floor's for the same (if it has one), and how often each is made."""

    name: str
    ours: Callable[[int], bytes]
    count: int
    bare: Callable[[int], bytes] | None = None


class Desk(Struct, frozen=True):
    """The desk to measure on, and what its requests name."""

    organization: Organization
    tickets: list[UUID]
    admin_token: str
    article: UUID
    deep: str
    """The cursor of a place deep in the list."""


async def _fill(dsn: str) -> Desk:
    await migrate(dsn)
    database = await Database.open(dsn)
    organization = await new_organization(database, agents=2)
    _admin, token = await add_member(database, TokenKeys(SECRET), organization.id, Role.ADMIN, "Lead")
    await add_tickets(database, organization, TICKETS)
    article = await _add_articles(database, organization)
    await database.close()
    connection = await asyncpg.connect(dsn)
    hashed = await hash_password(PASSWORD)
    await connection.execute("update users set password_hash = $1 where id = $2", hashed, organization.agents[0])
    await connection.execute("vacuum analyze")
    rows = await connection.fetch(
        "select id from tickets where status in ('new', 'open') and assignee_id is distinct from $1 order by number limit 1000",
        organization.agents[1],
    )
    deep = await connection.fetchrow("select created_at, id from tickets where number = $1", int(TICKETS * 0.9))
    assert deep is not None
    await connection.close()
    cursor = encode_cursor("-created_at", deep[0], UUID(bytes=deep[1].bytes))
    return Desk(organization, [row[0] for row in rows], token, article, cursor)


async def _add_articles(database: Database, organization: Organization) -> UUID:
    actor = Actor(organization.id, organization.agents[0], Role.AGENT)
    async with database.unit(actor) as uow:
        for n in range(200):
            text = f"# First\n\n{'Press the button and wait. ' * 40}"
            new = NewArticle(title=f"Article {n}", content=text, category=f"Topic {n % 20}", published=True)
            made = await create_article(uow, new)
    return made.id


def _operations(desk: Desk) -> list[Operation]:
    organization, tickets = desk.organization, desk.tickets
    agent, customer = organization.agent_token, organization.customer_token

    def write(method: str, path: str, body: dict[str, object], token: str | None = agent) -> Callable[[int], bytes]:
        payload = json.dumps(body).encode()
        return lambda n: request(method, path.format(tickets[n % len(tickets)]), token, payload)

    def read(path: str, token: str | None = agent, **query: str | int) -> Callable[[int], bytes]:
        whole = path + (f"?{urlencode(query)}" if query else "")
        return lambda n: request("GET", whole.format(tickets[n % len(tickets)]), token)

    text = "The zip of my new jacket broke on day one. " * 4
    new: dict[str, object] = {"subject": "Zip is broken", "description": text}
    hundred = {"ticket_ids": [str(each) for each in tickets[:100]]}
    year = {"start_date": f"{datetime.now(UTC) - timedelta(days=365):%Y-%m-%d}", "group_by": "month"}
    flip = [json.dumps({**hundred, "updates": {"priority": word}}).encode() for word in ("low", "high")]
    return [
        Operation("get a ticket", read("/api/v1/tickets/{}"), READS, read("/ticket/{}", None)),
        Operation("list 25 by status", read("/api/v1/tickets", status="open", limit=25), READS, read("/list", None)),
        Operation("own queue", read("/api/v1/tickets", assignee_id=str(organization.agents[0]), status="open"), READS),
        Operation("deep page", read("/api/v1/tickets", cursor=desk.deep, limit=25), READS),
        Operation("search, rare word", read("/api/v1/tickets", search=RARE), READS, read(f"/search/{RARE}", None)),
        Operation("search, common word", read("/api/v1/tickets", search=COMMON), READS, read(f"/search/{COMMON}", None)),
        Operation("article", read(f"/api/v1/kb/articles/{desk.article}"), READS),
        Operation("dashboard", read("/api/v1/dashboard/stats"), READS),
        Operation("a year's report", read("/api/v1/reports/tickets", desk.admin_token, **year), DEAR),
        Operation(
            "sign-in", write("POST", "/api/v1/auth/login", {"email": "agent.bench0@bench.example", "password": PASSWORD}, None),
            DEAR,
        ),
        Operation(
            "create a ticket", write("POST", "/api/v1/tickets", new, customer), WRITES, write("POST", "/create", new, None)
        ),
        Operation(
            "reply", write("POST", "/api/v1/tickets/{}/comments", {"body": text, "public": True}), WRITES,
            write("POST", "/reply/{}", {"body": text}, None),
        ),
        Operation("note", write("POST", "/api/v1/tickets/{}/comments", {"body": text, "public": False}), WRITES),
        Operation(
            "assign a ticket", write("PATCH", "/api/v1/tickets/{}/assign", {"assignee_id": str(organization.agents[1])}), WRITES
        ),
        Operation("solve a ticket", write("PATCH", "/api/v1/tickets/{}/status", {"status": "solved"}), WRITES),
        Operation("bulk of 100", lambda n: request("POST", "/api/v1/tickets/bulk-update", agent, flip[n % 2]), DEAR),
    ]  # fmt: skip


class Measured(Struct, frozen=True):
    """An operation's cost and figures, and the bare floor's."""

    name: str
    cost: Cost
    figures: Figures | None = None
    bare: Cost | None = None
    bare_figures: Figures | None = None


@contextmanager
def _on_one_core() -> Iterator[Callable[[], None]]:
    """Servers that are started run on one core; with the yielded call, this process itself moves to another, if there is one."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield lambda: os.sched_setaffinity(0, {max(cores)})
    finally:
        os.sched_setaffinity(0, cores)


def run() -> Iterator[Measured]:
    """The cost of a second without work, then each operation's."""
    with _on_one_core() as leave, postgres() as (dsn, folder):
        desk = asyncio.run(_fill(dsn))
        environ = {
            "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder / "data"), "DESKBELL_SECRET_KEY": SECRET,
            "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off",
            "FLOOR_ORGANIZATION": str(desk.organization.id),
        }  # fmt: skip
        with (
            granian("deskbell.app:application", environ, "/readyz", factory=True) as port,
            granian("benchmarks.bare_floor:app", environ, "/list") as bare,
            _worker(environ) as worker,
        ):
            leave()
            meter, floor = (Meter(dsn, folder, server_of(each), worker) for each in (port, bare))
            _started, before, after = (asyncio.run(meter.read()) for _ in range(3))
            idle = after.since(before, after.at - before.at)
            yield Measured("one idle second", idle)
            operations = _operations(desk)
            for operation in operations:
                measure(port, operation.ours, count=CONNECTIONS, connections=CONNECTIONS)
                if operation.bare is not None:
                    measure(bare, operation.bare, count=CONNECTIONS, connections=CONNECTIONS)
            for operation in operations:
                cost, figures = _measured(meter, port, operation.ours, operation.count, idle)
                if operation.bare is None:
                    yield Measured(operation.name, cost, figures)
                else:
                    bare_idle = msgspec.structs.replace(idle, web=0.0)
                    lower = _measured(floor, bare, operation.bare, operation.count, bare_idle)
                    yield Measured(operation.name, cost, figures, *lower)


def _measured(meter: Meter, port: int, make: Callable[[int], bytes], count: int, idle: Cost) -> tuple[Cost, Figures]:
    before = asyncio.run(meter.read())
    figures = measure(port, make, count=count, connections=CONNECTIONS)
    after = asyncio.run(meter.read())
    return after.since(before, count, idle), figures


def report() -> str:
    """The table."""
    goals = (
        "CPU in milliseconds; `all` is web, worker and PostgreSQL. The goals: CPU at most twice the bare floor's for a read and "
        "three times for a write, and at least 60 % of its requests/s for a read and 50 % for a write.\n"
    )
    head = (
        "| operation | web | worker | PostgreSQL | all | commits | rows | WAL kB | req/s (p50, p99 ms) "
        "| bare floor: all, req/s | CPU: times the floor's | req/s: of the floor's | failures |"
    )
    lines = [goals, head, "|---" * 13 + "|"]
    lines += [_line(each) for each in run()]
    return "\n".join(lines)


def _line(each: Measured) -> str:
    cost, figures = each.cost, each.figures
    cpu = [1_000 * part for part in (cost.web, cost.worker, cost.postgres)]
    cells = [
        each.name,
        *(f"{part:.2f}" for part in cpu),
        f"**{sum(cpu):.2f}**",
        f"{cost.commits:.1f}",
        f"{cost.rows:.1f}",
    ]
    cells += [
        f"{cost.wal / 1024:.1f}",
        "" if figures is None else f"{figures.per_second:.0f} ({figures.p50:.1f}, {figures.p99:.1f})",
    ]
    if figures is None or each.bare is None or each.bare_figures is None:
        cells += [""] * 3
    else:
        bare = 1_000 * (each.bare.web + each.bare.postgres)
        cells += [f"{bare:.2f}, {each.bare_figures.per_second:.0f}", f"**{sum(cpu) / bare:.1f}**"]
        cells += [f"{figures.per_second / each.bare_figures.per_second:.0%}"]
    cells.append("" if figures is None else str(figures.failures))
    return f"| {' | '.join(cells)} |"

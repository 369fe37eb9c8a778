"""Contract v1 compared with two floors, one worker each: get a ticket, list 25 by status newest first, create a ticket.

The floor is the same stack by hand; the bare floor has no web framework either. The servers are measured alternately, so
that noise affects all; the round with the median ratio to the floor of three is reported. Next to the requests per second
is the CPU of a request, web server and PostgreSQL together: the load generator and other programs do not count there.
"""

import asyncio
import json
from pathlib import Path
from uuid import UUID

import asyncpg
from msgspec import Struct

from benchmarks.filling import SECRET, new_organization
from benchmarks.load import Figures, measure, request
from benchmarks.servers import cpu_seconds, granian, postgres, postmaster, server_of
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

TICKETS = 10_000
ROUNDS = 3
BODY = json.dumps(
    {"subject": "Zip is broken", "description": "The zip of my new jacket broke on day one. " * 4}
).encode()
TARGETS = {"get a ticket": 0.62, "list 25 by status": 0.75, "create a ticket": 0.7}
_request = request


class Round(Struct, frozen=True):
    """The figures of a server and its CPU with PostgreSQL's, in milliseconds a request."""

    figures: Figures
    cpu: float


async def _fill(dsn: str) -> tuple[UUID, UUID, str, str]:
    """An organization with tickets; returns it, a ticket, and tokens of an agent and a customer that last the run."""
    await migrate(dsn)
    database = await Database.open(dsn)
    organization = await new_organization(database)
    async with database.unit(Actor.system(organization.id)) as uow:
        await uow.db.execute(
            "insert into tickets (organization_id, id, number, subject, description, status, requester_id, created_at, "
            "updated_at) "
            "select $1, gen_random_uuid(), n, 'Ticket ' || n, 'The zip of my new jacket broke on day one.', "
            "(array['new', 'open', 'pending', 'solved', 'closed'])[1 + n % 5], $2, now() - n * interval '1 minute', now() "
            "from generate_series(1, $3::int) n",
            organization.id, organization.customer, TICKETS,
        )  # fmt: skip
        await uow.db.execute("insert into ticket_numbers values ($1, $2)", organization.id, TICKETS)
        await uow.db.execute("select deskbell_fold_counts(1000)")
        ticket = await uow.db.fetch_value("select id from tickets where number = 77")
    await database.close()
    connection = await asyncpg.connect(dsn)
    await connection.execute("analyze")  # what autovacuum does a minute after a desk was filled
    await connection.close()
    return organization.id, ticket, organization.agent_token, organization.customer_token


def run() -> list[tuple[str, Round, Round, Round]]:
    """Each operation's round: Deskbell's, the floor's and the bare floor's."""
    with postgres() as (dsn, folder):
        organization, ticket, agent, customer = asyncio.run(_fill(dsn))
        environ = {
            "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder), "DESKBELL_SECRET_KEY": SECRET,
            "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off", "FLOOR_ORGANIZATION": str(organization),
        }  # fmt: skip
        by_status = request("GET", "/api/v1/tickets?status=open&limit=25", agent)
        create = request("POST", "/api/v1/tickets", customer, BODY)
        operations = [
            (
                "get a ticket",
                request("GET", f"/api/v1/tickets/{ticket}", agent),
                request("GET", f"/ticket/{ticket}"),
                6000,
            ),
            ("list 25 by status", by_status, request("GET", "/list"), 3000),
            ("create a ticket", create, request("POST", "/create", None, BODY), 2000),
        ]
        with (
            granian("deskbell.app:application", environ, "/readyz", factory=True) as ours,
            granian("benchmarks.floor:app", environ, "/list") as floor,
            granian("benchmarks.bare_floor:app", environ, "/list") as bare,
        ):
            ports = (ours, floor, bare)
            return [(name, *_middle(folder, ports, mine, theirs, count)) for name, mine, theirs, count in operations]


def _middle(
    folder: Path, ports: tuple[int, int, int], mine: bytes, theirs: bytes, count: int
) -> tuple[Round, Round, Round]:
    """The round with the middle ratio, after one that warms up."""
    ours, floor, bare = ports
    rounds = [
        (
            _round(folder, ours, mine, count),
            _round(folder, floor, theirs, count),
            _round(folder, bare, theirs, count),
        )
        for _ in range(ROUNDS + 1)
    ]
    return sorted(rounds[1:], key=lambda each: each[0].figures.per_second / each[1].figures.per_second)[ROUNDS // 2]


def _round(folder: Path, port: int, what: bytes, count: int) -> Round:
    processes = (server_of(port), postmaster(folder))
    before = sum(map(cpu_seconds, processes))
    figures = measure(port, lambda _: what, count=count)
    return Round(figures, 1_000 * (sum(map(cpu_seconds, processes)) - before) / count)


def report() -> str:
    """The table."""
    head = (
        "| operation | Deskbell req/s (p50, p99 ms) | floor req/s (p50, p99 ms) | ratio | goal | bare floor | ratio "
        "| CPU ms a request: Deskbell, floor, bare floor | floor by Deskbell | failures |"
    )
    lines = [
        head,
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, *rounds in run():
        mine, floor, bare = (each.figures for each in rounds)
        ratio, bare_ratio = mine.per_second / floor.per_second, mine.per_second / bare.per_second
        lines.append(
            f"| {name} | {mine.per_second:.0f} ({mine.p50:.1f}, {mine.p99:.1f}) | {floor.per_second:.0f} "
            f"({floor.p50:.1f}, {floor.p99:.1f}) | **{ratio:.0%}** | {TARGETS[name]:.0%} | {bare.per_second:.0f} "
            f"| {bare_ratio:.0%} | {', '.join(f'{each.cpu:.2f}' for each in rounds)} | {rounds[1].cpu / rounds[0].cpu:.0%} "
            f"| {mine.failures}/{floor.failures}/{bare.failures} |"
        )
    return "\n".join(lines)

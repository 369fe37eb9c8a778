"""The cost of common requests as a desk grows: median times at 10 thousand, 100 thousand and, with --large, 1 million tickets.

Each size is an organization of its own in a database of its own, asked over HTTP by contract v1, one request at a time,
so that the times are the costs. What counts is the ratio to the smallest size: it should stay near 1.
"""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import asyncpg

from benchmarks.filling import COMMON, RARE, SECRET, Organization, add_tickets, new_organization
from benchmarks.load import measure, request
from benchmarks.servers import granian, postgres
from deskbell.kernel.paging import encode_cursor
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

SIZES = (10_000, 100_000)
LARGE = 1_000_000
COUNT = 60  # requests per measurement; the median is reported
ROUNDS = 3
BODY = json.dumps(
    {"subject": "Zip is broken", "description": "The zip of my new jacket broke on day one. " * 4}
).encode()


async def _fill(dsn: str, size: int) -> tuple[Organization, UUID, tuple[datetime, UUID]]:
    """The organization, a ticket, and a place deep in the list."""
    await migrate(dsn)
    database = await Database.open(dsn)
    organization = await new_organization(database, agents=20)
    await add_tickets(database, organization, size)
    await database.close()
    connection = await asyncpg.connect(dsn)
    await connection.execute("vacuum analyze")
    await connection.execute("checkpoint") if await _may_checkpoint(connection) else None
    deep = await connection.fetchrow("select created_at, id from tickets where number = $1", int(size * 0.9))
    assert deep is not None
    ticket: UUID = await connection.fetchval("select id from tickets where number = 77")
    await connection.close()
    return organization, UUID(bytes=ticket.bytes), (deep[0], UUID(bytes=deep[1].bytes))


async def _may_checkpoint(connection: "asyncpg.Connection[asyncpg.Record]") -> bool:
    return bool(await connection.fetchval("select pg_has_role('pg_checkpoint', 'usage')"))


def _operations(
    organization: Organization, ticket: UUID, deep: tuple[datetime, UUID]
) -> dict[str, Callable[[int], bytes]]:
    def get(path: str, **query: str | int) -> Callable[[int], bytes]:
        asked = request("GET", f"/api/v1{path}" + (f"?{urlencode(query)}" if query else ""), organization.agent_token)
        return lambda _: asked

    created = request("POST", "/api/v1/tickets", organization.customer_token, BODY)
    return {
        "get a ticket": get(f"/tickets/{ticket}"),
        "page 1, all, with total": get("/tickets", limit=25),
        "list by status": get("/tickets", status="open", limit=25),
        "list by assignee": get("/tickets", assignee_id=str(organization.agents[3]), limit=25),
        "deep cursor": get("/tickets", cursor=encode_cursor("-created_at", *deep), limit=25),
        "sort by priority": get("/tickets", sort="priority", limit=25),
        "two statuses": get("/tickets", status="open,pending", limit=25),
        "list by assignee and status": get(
            "/tickets", assignee_id=str(organization.agents[3]), status="open", limit=25
        ),
        "list by tag (a tenth)": get("/tickets", tag="billing", limit=25),
        "list by rare tag": get("/tickets", tag="tag41", limit=25),
        "without a tag, -tag:": get("/tickets", search="-tag:billing", limit=25),
        "list by type (a quarter)": get("/tickets", type="incident", limit=25),
        "search, rare word": get("/tickets", search=RARE, limit=25),
        "search, common word (a fifth)": get("/tickets", search=COMMON, limit=25),
        "search, two words": get("/tickets", search=f"{COMMON} w17", limit=25),
        "global search, common word": get("/search", q=COMMON),
        "dashboard": get("/dashboard/stats"),
        "create a ticket": lambda _: created,
    }


def times_at(size: int) -> tuple[dict[str, float], dict[str, int], float]:
    """The median milliseconds of each operation at a size, its failures, and the seconds it took to fill."""
    with postgres() as (dsn, folder):
        began = time.perf_counter()
        organization, ticket, deep = asyncio.run(_fill(dsn, size))
        filling = time.perf_counter() - began
        environ = {
            "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder), "DESKBELL_SECRET_KEY": SECRET,
            "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off",
        }  # fmt: skip
        medians, failures = {}, {}
        with granian("deskbell.app:application", environ, "/readyz", factory=True) as port:
            for name, make in _operations(organization, ticket, deep).items():
                first = measure(port, make, count=3, connections=1)
                count = COUNT if first.p50 < 100 else 5
                runs = [measure(port, make, count=count, connections=1) for _ in range(ROUNDS)]
                medians[name] = sorted(run.p50 for run in runs)[ROUNDS // 2]
                failures[name] = sum(run.failures for run in runs)
        return medians, failures, filling


def report(*, large: bool = False) -> str:
    """The table."""
    sizes = (*SIZES, LARGE) if large else SIZES
    found = [times_at(size) for size in sizes]
    lines = [
        "Median milliseconds of one request at a time, and in brackets the ratio to the smallest size.\n",
        "| request | " + " | ".join(f"{size:,} tickets" for size in sizes) + " |",
        "|---|" + "---|" * len(sizes),
    ]
    for name, base in found[0][0].items():
        cells = []
        for medians, failures, _ in found:
            failed = f", {failures[name]} failed" if failures[name] else ""
            cells.append(f"{medians[name]:.1f} ({medians[name] / base:.1f}{failed})")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    filled = ", ".join(f"{size:,}: {seconds:.0f} s" for size, (_, _, seconds) in zip(sizes, found, strict=True))
    lines.append(f"\nFilling, vacuum included: {filled}.")
    return "\n".join(lines)

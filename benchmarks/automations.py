"""Automations and fields at a million tickets, of which 100,000 are open: rest, delay, burst, and filters by a field's value.

A desk with 20 automations. `DESKBELL_BENCH_TICKETS` sets the number of tickets; a tenth of them is open. The tickets are
made by SQL past the triggers, then counted and indexed as these would have. The watch of moments runs in a process of its own;
other requests are one list and one creation in turns, four at a time, over HTTP.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import UUID

import asyncpg
import psutil

from benchmarks.filling import SECRET, Organization, new_organization
from benchmarks.load import Figures, measure, request
from benchmarks.servers import granian, postgres
from deskbell.features.fields import service as fields
from deskbell.features.fields.records import NewField
from deskbell.features.rules import service
from deskbell.features.rules.recomputing import fire_moments
from deskbell.features.rules.records import NewRule
from deskbell.features.tickets.queries import moments
from deskbell.features.tickets.rules import Action, Timing
from deskbell.features.tickets.service.moments import recompute
from deskbell.kernel.actor import Actor
from deskbell.kernel.fields import Kind, Option
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

AUTOMATIONS = 20
DUE = 10_000
LOOKS = 100
LOOKS_A_SECOND = 2
DELAYS = 15
BATCH = 500
QUIET = 5
"""Runs of other requests without the burst: what disturbs these as well is not its doing."""

_TICKETS = """
insert into tickets (organization_id, id, number, subject, description, status, requester_id, created_at, updated_at,
                     status_since, customer_wrote_at, moment_next_at, custom_fields)
select $1, gen_random_uuid(), n, 'Ticket ' || n, 'Words', case when n % 10 = 0 then 'open' else 'closed' end, $2,
       now() - interval '1 hour' - n * interval '10 seconds', now() - interval '1 hour' - n * interval '10 seconds',
       now() - interval '1 hour', now() - interval '1 hour',
       case when n % 10 = 0 then now() + interval '1 day' + n * interval '1 second' end,
       jsonb_build_array(jsonb_build_object('name', 'size', 'value', (array['m', 'l', 'xl', 'xs', 's'])[1 + n % 5]))
  from generate_series(1, $3::int) n
"""
_VALUES = """
insert into ticket_values (organization_id, ticket_id, field, place, word, created_at)
select t.organization_id, t.id, f.number, 0, t.custom_fields -> 0 ->> 'value', t.created_at
  from tickets t join fields f on f.organization_id = t.organization_id and f.key = 'size'
"""
_COUNTS = """
insert into ticket_counts (organization_id, dimension, key, status, priority, type, channel, assigned, tagged, n)
select t.organization_id, d.dimension, d.key, t.status, t.priority, d.kind_type, d.kind_channel, d.kind_assigned,
       d.kind_tagged, count(*)
  from tickets t
 cross join lateral deskbell_counted(t.type, t.channel, t.requester_id, t.assignee_id, t.group_id, t.category_id,
                                     t.tag_ids, t.brand_id) d
 group by 1, 2, 3, 4, 5, 6, 7, 8, 9
"""
_NUMBERS = """
insert into ticket_numbers (organization_id, last) values ($1, $2)
    on conflict (organization_id) do update set last = excluded.last
"""
_WATCH = """
import asyncio, sys
from deskbell.jobs.by_the_clock import Due, watch_automations
from deskbell.runtime.database import Database

async def main():
    database, due = await Database.open(sys.argv[1]), Due()
    await asyncio.gather(due.watch(database), watch_automations(database, due.event("automations")))

asyncio.run(main())
"""


async def _fill(dsn: str, tickets: int) -> Organization:
    await migrate(dsn)
    database = await Database.open(dsn)
    desk = await new_organization(database, "Automated")
    async with database.unit(Actor.system(desk.id)) as uow:
        options = [Option(key, key.upper()) for key in ("m", "l", "xl", "xs", "s")]
        await fields.create(
            uow, NewField(key="size", target="ticket", kind=Kind.DROPDOWN, label="Size", options=options)
        )
        await uow.db.execute(_NUMBERS, desk.id, tickets)
    connection = await asyncpg.connect(dsn)
    for table in ("tickets", "ticket_values"):
        await connection.execute(f"alter table {table} disable trigger user")
    await connection.execute(_TICKETS, desk.id, desk.customer, tickets)
    await connection.execute(_VALUES)
    await connection.execute(_COUNTS)
    for table in ("tickets", "ticket_values"):
        await connection.execute(f"alter table {table} enable trigger user")
    await connection.execute("vacuum analyze tickets")
    await connection.execute("vacuum analyze ticket_values")
    async with database.unit(Actor.system(desk.id)) as uow:
        for number in range(AUTOMATIONS):
            new = NewRule(
                name=f"Automation {number}", enabled=True, occasions=[], when=f"status:open -tag:t{number}",
                actions=[Action(add_tags=[f"t{number}"])], stop=False,
                timing=Timing(after="30m" if number == 0 else f"{number + 20}d", since="created", catch_up=True),
            )  # fmt: skip
            await service.create(uow, new)
    await connection.close()
    await database.close()
    return desk


@contextmanager
def _watching(dsn: str) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", _WATCH, dsn])
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def _cpu_of_postgres() -> float:
    """The seconds of CPU that PostgreSQL's processes of this run have used."""
    used = 0.0
    for each in psutil.Process().children(recursive=True):
        try:
            if "postgres" in each.name():
                times = each.cpu_times()
                used += times.user + times.system
        except psutil.Error:
            continue
    return used


async def _rest(dsn: str) -> tuple[float, float]:
    """Seconds of CPU of a look when nothing is due: of the worker, and of PostgreSQL's processes."""
    database = await Database.open(dsn)
    await fire_moments(database, datetime.now(UTC))
    own, theirs = time.process_time(), _cpu_of_postgres()
    for _ in range(LOOKS):
        await fire_moments(database, datetime.now(UTC))
    found = (time.process_time() - own) / LOOKS, (_cpu_of_postgres() - theirs) / LOOKS
    await database.close()
    return found


async def _delays(dsn: str, desk: Organization) -> list[float]:
    """Seconds between the moment of a ticket and its firing."""
    connection = await asyncpg.connect(dsn)
    due = {}
    numbers = [10 * (each + 1) for each in range(DELAYS)]
    for place, number in enumerate(numbers):
        moment = datetime.now(UTC) + timedelta(seconds=2 + place * 0.37)
        due[number] = moment
        await connection.execute(
            "update tickets set moment_next_at = $3 where organization_id = $1 and number = $2", desk.id, number, moment
        )
    while True:
        rows = await connection.fetch(
            "select t.number, e.at from events e join tickets t on t.id = e.ticket_id where e.type = 'rule.fired'"
        )
        if len(rows) >= DELAYS:
            break
        await asyncio.sleep(0.1)
    await connection.close()
    return sorted((row["at"] - due[row["number"]]).total_seconds() for row in rows)


def _burst(dsn: str, desk: Organization, port: int, tickets: int) -> tuple[float, list[Figures]]:
    """Seconds until 10,000 moments that are due together have fired, and other requests meanwhile."""

    async def fired(*, start: bool) -> int:
        connection = await asyncpg.connect(dsn)
        if start:
            await connection.execute(
                "update tickets set moment_next_at = now() where organization_id = $1 and status = 'open' "
                "and number > $2 and number <= $3", desk.id, DELAYS * 10, DELAYS * 10 + DUE * 10,
            )  # fmt: skip
        found = int(await connection.fetchval("select count(*) from events where type = 'rule.fired'"))
        await connection.close()
        return found

    goal = asyncio.run(fired(start=True)) + min(DUE, tickets // 10 - DELAYS)
    began, figures = time.monotonic(), list[Figures]()
    while asyncio.run(fired(start=False)) < goal:
        figures.append(_requests(port, desk))
    return time.monotonic() - began, figures


def _requests(port: int, desk: Organization) -> Figures:
    body = json.dumps({"subject": "Zip is broken", "description": "It broke."}).encode()
    asked = [
        request("GET", "/api/v1/tickets?limit=25", desk.agent_token),
        request("POST", "/api/v1/tickets", desk.customer_token, body),
    ]
    return measure(port, lambda number: asked[number % 2], count=400, connections=4)


def _filters(port: int, desk: Organization) -> tuple[float, float]:
    """Milliseconds of the first page of a field's value that a fifth has, and of its total, medians of one at a time."""
    pages = request("GET", "/api/v1/tickets?search=field.size:m&limit=25&total=bounded", desk.agent_token)
    totals = request("GET", "/api/v1/tickets?search=field.size:m&limit=1", desk.agent_token)
    first = [measure(port, lambda _: pages, count=20, connections=1) for _ in range(3)]
    whole = [measure(port, lambda _: totals, count=10, connections=1) for _ in range(3)]
    assert not sum(each.failures for each in (*first, *whole))
    return median(each.p50 for each in first), median(each.p50 for each in whole)


async def _new_automation(dsn: str, desk: Organization) -> float:
    """Seconds from the save of one more automation until the moments of all open tickets count it in."""
    database = await Database.open(dsn)
    began = time.monotonic()
    async with database.unit(Actor.system(desk.id)) as uow:
        new = NewRule(
            name="One more", enabled=True, occasions=[], when="status:open", actions=[Action(add_tags=["x"])], stop=False,
            timing=Timing(after="40d", since="created"),
        )  # fmt: skip
        await service.create(uow, new)
    after, left = UUID(int=0), True
    while left:  # as the job does, a batch in a transaction
        async with database.unit(Actor.system(desk.id)) as uow:
            found = await moments.lock_unclosed(uow.db, after, BATCH)
            await recompute(uow, found)
        left, after = len(found) == BATCH, found[-1] if found else after
    taken = time.monotonic() - began
    await database.close()
    return taken


def _line(name: str, value: float, unit: str, goal: float) -> str:
    verdict = "met" if value <= goal else "**not met**"
    return f"| {name} | {value:.2f} {unit} | ≤ {goal:g} {unit} | {verdict} |"


def _others(when: str, figures: list[Figures]) -> str:
    p50, p99 = median(each.p50 for each in figures), [each.p99 for each in figures]
    return f"Other requests {when}: p50 {p50:.1f} ms, p99 {median(p99):.1f} ms, in the worst run {max(p99):.1f} ms"


def report(tickets: int = 1_000_000) -> str:
    """The table."""
    tickets = int(os.environ.get("DESKBELL_BENCH_TICKETS", tickets))
    with postgres() as (dsn, folder):
        began = time.monotonic()
        desk = asyncio.run(_fill(dsn, tickets))
        filling = time.monotonic() - began
        own, theirs = asyncio.run(_rest(dsn))
        environ = {
            "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder), "DESKBELL_SECRET_KEY": SECRET,
            "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off",
        }  # fmt: skip
        with granian("deskbell.app:application", environ, "/readyz", factory=True) as port:
            first, whole = _filters(port, desk)
            quiet = [_requests(port, desk) for _ in range(QUIET)]
            with _watching(dsn):
                late = asyncio.run(_delays(dsn, desk))
                burst, figures = _burst(dsn, desk, port, tickets)
        effect = asyncio.run(_new_automation(dsn, desk))
    figures = figures or quiet  # of few tickets the burst may be over before
    worst = max(each.p99 for each in figures)
    middle = median(each.p99 for each in figures)
    failures = sum(each.failures for each in figures)
    rest = (own + theirs) * LOOKS_A_SECOND * 100
    return "\n".join(
        [
            f"{tickets:,} tickets, a tenth of them open, {AUTOMATIONS} automations; filled in {filling:.0f} s.",
            "",
            "| | measured | goal | |",
            "|---|---|---|---|",
            _line(f"watch at rest, {LOOKS_A_SECOND} looks a second, PostgreSQL included", rest, "% CPU", 1),
            _line("delay of a due moment, median", median(late), "s", 2),
            _line(f"delay of a due moment, worst of {DELAYS}", late[-1], "s", 2),
            _line(f"{min(DUE, tickets // 10 - DELAYS):,} moments due together", burst, "s", 60),
            _line("other requests meanwhile, p99, median of runs", middle, "ms", 50),
            _line("other requests meanwhile, p99, worst run", worst, "ms", 50),
            _line("a new automation in effect on all open tickets", effect, "s", 60),
            _line("filter by a field's value that a fifth has: first page", first, "ms", 5),
            _line("the same with its total", whole, "ms", 100),
            "",
            f"{_others('without the burst', quiet)}. {_others('with it', figures)}. Failures meanwhile: {failures}.",
        ]
    )

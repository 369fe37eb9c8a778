"""Automations: the watch of moments at rest, and a burst of moments that are due together.

A desk with 20 automations and as many open tickets as `DESKBELL_BENCH_TICKETS` says, 100,000 by default. At rest nothing is
due; then 10,000 moments are moved to the present.
"""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta

import asyncpg

from benchmarks.filling import new_organization
from benchmarks.servers import postgres
from deskbell.features.rules import service
from deskbell.features.rules.recomputing import fire_moments
from deskbell.features.rules.records import NewRule
from deskbell.features.tickets.rules import Action, Timing
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

AUTOMATIONS = 20
DUE = 10_000
LOOKS = 50

_TICKETS = """
insert into tickets (organization_id, id, number, subject, description, status, requester_id, created_at, updated_at,
                     status_since, customer_wrote_at, moment_next_at)
select $1, gen_random_uuid(), n, 'Ticket ' || n, 'Words', 'open', $2, now() - interval '1 hour', now() - interval '1 hour',
       now() - interval '1 hour', now() - interval '1 hour', now() + interval '1 day' + n * interval '1 second'
  from generate_series(1, $3::int) n
"""


async def _measured() -> tuple[int, float, float, float]:
    """The number of tickets, the seconds of CPU of a look at rest, and the seconds and CPU of the burst."""
    tickets = int(os.environ.get("DESKBELL_BENCH_TICKETS", "100000"))
    with postgres() as (dsn, _):
        await migrate(dsn)
        database = await Database.open(dsn)
        desk = await new_organization(database, "Automated")
        connection = await asyncpg.connect(dsn)
        await connection.execute(_TICKETS, desk.id, desk.customer, tickets)
        await connection.execute("vacuum analyze tickets")
        async with database.unit(Actor.system(desk.id)) as uow:
            for number in range(AUTOMATIONS):
                new = NewRule(
                    name=f"Automation {number}", enabled=True, occasions=[], when=f"status:open -tag:t{number}",
                    actions=[Action(add_tags=[f"t{number}"])], stop=False,
                    timing=Timing(after="30m" if number == 0 else f"{number + 1}d", since="created", catch_up=True),
                )  # fmt: skip
                await service.create(uow, new)
        began = time.process_time()
        for _ in range(LOOKS):
            await fire_moments(database, datetime.now(UTC))
        rest = (time.process_time() - began) / LOOKS
        await connection.execute(
            "update tickets set moment_next_at = now() - interval '1 second' where organization_id = $1 and number <= $2",
            desk.id, DUE,
        )  # fmt: skip
        began, cpu = time.monotonic(), time.process_time()
        while True:
            moment = await fire_moments(database, datetime.now(UTC))
            if moment is None or moment > datetime.now(UTC) + timedelta(minutes=5):
                break
        burst, cpu = time.monotonic() - began, time.process_time() - cpu
        fired = await connection.fetchval("select count(*) from events where type = 'rule.fired'")
        assert fired == min(DUE, tickets), fired
        await connection.close()
        await database.close()
    return tickets, rest, burst, cpu


def report() -> str:
    """The table."""
    tickets, rest, burst, cpu = asyncio.run(_measured())
    return "\n".join(
        [
            "| automations | measured | goal |",
            "|---|---|---|",
            f"| a look at rest, {tickets:,} tickets, {AUTOMATIONS} automations | {rest * 1_000:.2f} ms CPU | < 10 ms a second |",
            f"| {DUE:,} moments due together | {burst:.1f} s ({cpu:.1f} s of CPU) | ≤ 60 s |",
        ]
    )

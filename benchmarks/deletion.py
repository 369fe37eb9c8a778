"""The deletion of one person who has asked for 100,000 tickets, while an agent writes a comment on one of them every 50 ms.

"Others wait" is the time of the agent's transactions: those of 100 tickets lock them in turn, and the last deletes the person.
With `--small` there are 2,000 tickets.
"""

import asyncio
import time
from typing import Final
from uuid import UUID

from msgspec import Struct

from benchmarks.filling import Organization, add_member, add_tickets, new_organization
from benchmarks.servers import postgres
from deskbell.features.access.tokens import TokenKeys
from deskbell.features.own_data.erasing import erase, erase_some
from deskbell.features.own_data.service import deletion
from deskbell.features.tickets.comment_records import NewComment
from deskbell.features.tickets.service import comments
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

TICKETS: Final = 100_000
SMALL: Final = 2_000
PAUSE: Final = 0.05
"""Seconds between two comments of the agent."""


class _Measured(Struct):
    steps: list[float]
    last: float
    waits: list[float]
    whole: float


async def _measure(dsn: str, count: int) -> _Measured:
    await migrate(dsn)
    database = await Database.open(dsn)
    organization = await new_organization(database)
    admin, _ = await add_member(database, TokenKeys("x" * 40), organization.id, Role.ADMIN, "Bench")
    await add_tickets(database, organization, count)
    async with database.unit(None) as uow:
        await uow.db.execute("analyze")
    person = organization.customer
    async with database.unit(Actor(organization.id, admin, Role.ADMIN)) as uow:
        await deletion.ask_for(uow, person)
    async with database.unit(Actor(organization.id, admin, Role.ADMIN)) as uow:
        await deletion.confirm(uow, person)
    over = asyncio.Event()
    writer = asyncio.create_task(_write(database, organization, over))
    began = time.perf_counter()
    steps, last = await _erase(database, organization, person)
    whole = time.perf_counter() - began
    over.set()
    waits = await writer
    await _demand_gone(database, organization, person)
    await database.close()
    return _Measured(steps, last, waits, whole)


async def _erase(database: Database, organization: Organization, person: UUID) -> tuple[list[float], float]:
    """The milliseconds of each small transaction and of the last one, in the order of the job."""
    steps: list[float] = []
    while True:
        began = time.perf_counter()
        async with database.unit(Actor.system(organization.id)) as uow:
            more = await erase_some(uow, person)
        if not more:
            break
        steps.append((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    async with database.unit(Actor.system(organization.id)) as uow:
        await erase(uow, person)
    return steps, (time.perf_counter() - began) * 1000


async def _write(database: Database, organization: Organization, over: asyncio.Event) -> list[float]:
    """The milliseconds of each comment of an agent on a ticket of the person's, one after the other."""
    waits: list[float] = []
    agent = Actor(organization.id, organization.agents[0], Role.AGENT)
    async with database.unit(agent) as uow:
        rows = await uow.db.fetch_all("select id from tickets order by number limit 5000")
    while not over.is_set():
        ticket = rows[len(waits) * 97 % len(rows)]["id"]
        began = time.perf_counter()
        async with database.unit(agent) as uow:
            await comments.add_comment(uow, UUID(bytes=ticket.bytes), NewComment(body="Meanwhile", public=False))
        waits.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PAUSE)
    return waits


async def _demand_gone(database: Database, organization: Organization, person: UUID) -> None:
    async with database.unit(Actor.system(organization.id)) as uow:
        left = await uow.db.fetch_value("select count(*) from tickets where requester_id = $1", person)
    if left:
        raise RuntimeError(f"{left} tickets are still the deleted person's")


def _spread(times: list[float]) -> str:
    found = sorted(times)
    return f"{found[len(found) // 2]:.0f}, {found[int(len(found) * 0.99)]:.0f}, **{found[-1]:.0f}**"


def report(*, small: bool = False) -> str:
    """The table."""
    count = SMALL if small else TICKETS
    with postgres() as (dsn, _):
        measured = asyncio.run(_measure(dsn, count))
    rows = [
        (f"the whole deletion of {count:,} tickets with their comments, s", f"**{measured.whole:.0f}**"),
        ("transactions of 100 tickets", f"{len(measured.steps):,}"),
        ("each of them, ms (p50, p99, longest)", _spread(measured.steps)),
        ("the last transaction, which deletes the person, ms", f"**{measured.last:.0f}**"),
        (f"others wait: {len(measured.waits):,} comments of an agent, ms (p50, p99, longest)", _spread(measured.waits)),
    ]  # fmt: skip
    return "\n".join(["| measured | result |", "|---|---|", *(f"| {' | '.join(row)} |" for row in rows)])

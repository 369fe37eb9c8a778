"""Outgoing webhooks: deliveries a second, time from commit to receipt, and what dead receivers cost the others.

One `deskbell worker` delivers to receivers in the measuring process.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID

import msgspec

from benchmarks.servers import postgres
from deskbell.features.access.service import memberships
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.records import NewTicket
from deskbell.features.webhooks import service as webhooks
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.discovery import load_all
from deskbell.runtime.migrate import migrate

BACKLOG = 4_000
PACED, PER_SECOND = 1_000, 50
DEAD = 10
LOOPBACK = AllowedHosts(["127.0.0.1"])


class Receipts:
    """When each ticket's event came in, by the ticket's id."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self._came = asyncio.Event()

    def note(self, ticket: str) -> None:
        """It came in just now; a repetition does not count."""
        self.at.setdefault(ticket, time.perf_counter())
        self._came.set()

    async def until(self, count: int) -> None:
        """Waits until `count` receipts have arrived."""
        while len(self.at) < count:
            self._came.clear()
            await self._came.wait()


class Receiver(asyncio.Protocol):
    """As little of an HTTP server as will do: it notes the ticket and says 204, or says nothing at all."""

    def __init__(self, receipts: Receipts, *, dead: bool) -> None:
        self._receipts, self._dead, self._buffer = receipts, dead, b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._dead:
            return
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if not found or len(rest) < length:
            return
        ticket = msgspec.json.decode(rest[:length])["data"]["id"]
        self._receipts.note(ticket)
        self._buffer = rest[length:]
        self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


@asynccontextmanager
async def receiving(receipts: Receipts, *, dead: bool = False) -> AsyncIterator[str]:
    """A receiver's address."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Receiver(receipts, dead=dead), "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    finally:
        server.close()


@contextmanager
def working(environ: dict[str, str]) -> Iterator[None]:
    """One job worker in a process of its own."""
    command = [sys.executable, "-m", "deskbell.cli", "worker"]
    process = subprocess.Popen(command, env={**os.environ, **environ}, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


async def make_shop(database: Database) -> Actor:
    """An organization with a customer, who is returned."""
    organization = new_id()
    async with database.unit(None) as uow:
        await uow.db.execute(
            "insert into organizations (id, name, created_at, updated_at) values ($1, 'Bench', now(), now())",
            organization,
        )
    async with database.unit(Actor.system(organization)) as uow:
        address = f"customer@{organization}.example"
        member = await memberships.add_member(uow, email=address, name="Customer", role=Role.CUSTOMER, how="bench")
    return Actor(organization, member.user_id, Role.CUSTOMER)


async def register(database: Database, organization: UUID, url: str) -> None:
    """Registers a webhook for new tickets."""
    async with database.unit(Actor.system(organization)) as uow:
        await webhooks.register(uow, url, ["ticket.created"], LOOPBACK)


async def file_ticket(database: Database, customer: Actor, number: int) -> str:
    """One event; its ticket's id."""
    async with database.unit(customer) as uow:
        new = NewTicket(subject=f"Ticket {number}", description="The zip of my new jacket broke on day one. " * 4)
        ticket = await tickets.create(uow, new)
    return str(ticket.id)


async def backlog(database: Database, environ: dict[str, str], dead: int) -> float:
    """Deliveries a second while a backlog is worked off; the worker's start is not counted."""
    receipts = Receipts()
    customer = await make_shop(database)
    async with receiving(receipts) as good, receiving(receipts, dead=True) as bad:
        for url in [good, *[bad] * dead]:
            await register(database, customer.organization_id, url)
        for start in range(0, BACKLOG, 8):
            await asyncio.gather(*(file_ticket(database, customer, n) for n in range(start, start + 8)))
        with working(environ):
            await receipts.until(BACKLOG)
    times = sorted(receipts.at.values())
    return (len(times) - 1) / (times[-1] - times[0])


async def latency(database: Database, environ: dict[str, str], dead: int) -> tuple[float, float]:
    """Milliseconds from commit to receipt at a steady pace: the median, and what 99 of 100 stay below."""
    receipts = Receipts()
    customer = await make_shop(database)
    committed: dict[str, float] = {}
    async with receiving(receipts) as good, receiving(receipts, dead=True) as bad:
        for url in [good, *[bad] * dead]:
            await register(database, customer.organization_id, url)
        with working(environ):
            await file_ticket(database, customer, 0)
            await receipts.until(1)  # the worker has started
            began = time.perf_counter()
            for number in range(PACED):
                await asyncio.sleep(max(0, began + number / PER_SECOND - time.perf_counter()))
                ticket = await file_ticket(database, customer, number)
                committed[ticket] = time.perf_counter()
            await receipts.until(1 + PACED)
    waits = sorted((receipts.at[ticket] - at) * 1000 for ticket, at in committed.items())
    return waits[len(waits) // 2], waits[int(len(waits) * 0.99)]


async def run() -> list[tuple[str, float, float, float]]:
    """A row for no dead receiver and one for several: name, deliveries a second, median and 99 of 100 in ms."""
    load_all("deskbell.features", "deskbell.channels")
    rows = []
    for dead in (0, DEAD):
        with postgres() as (dsn, folder):
            await migrate(dsn)
            environ = {
                "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder), "DESKBELL_LOG_FORMAT": "json",
                "DESKBELL_SECRET_KEY": "a secret key for benchmarks, long enough", "DESKBELL_WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
            }  # fmt: skip
            database = await Database.open(dsn)
            try:
                paced = await latency(database, environ, dead)
                rate = await backlog(database, environ, dead)
            finally:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(database.close(), 10)
        rows.append((f"{dead} dead receivers", rate, *paced))
    return rows


def report() -> str:
    """The table."""
    lines = [
        "| one sound receiver with | deliveries/s from a backlog | commit to receipt, p50 | p99 |",
        "|---|---|---|---|",
    ]
    for name, rate, p50, p99 in asyncio.run(run()):
        lines.append(f"| {name} | {rate:.0f} | {p50:.1f} ms | {p99:.1f} ms |")
    lines += [
        "",
        "A dead receiver accepts the connection and never answers. It gets the same events, so with ten of them each event",
        f"has eleven deliveries. The backlog is {BACKLOG} events; the latencies are of {PACED} events at",
        f"{PER_SECOND} a second. One worker; the receivers share the machine with it.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(report())

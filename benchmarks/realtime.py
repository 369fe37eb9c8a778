"""The latency of events from the sent request to each socket, by sockets and events per second; and the cost of a socket.

Every socket belongs to staff and receives every event, which is the maximum load: N sockets and E events a second
are N x E messages a second. The client shares the machine with the server, and its own work counts in the latencies.
"""

import asyncio
import base64
import json
import os
import time
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psutil
import uvloop

from benchmarks.servers import granian, postgres
from deskbell.features.access.service import memberships
from deskbell.features.access.service.sessions import Device, start_session
from deskbell.features.access.tokens import TokenKeys
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.records import NewTicket
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

SCENARIOS = ((1, 20), (100, 20), (500, 5), (1000, 1), (1000, 5), (1000, 10))
SECRET = "a secret key for benchmarks, long enough"
SECONDS = 10
SETTLING = 1.0


class Row(NamedTuple):
    """One scenario's outcome; latencies in milliseconds."""

    sockets: int
    rate: float
    expected: int
    heard: int
    p50: float
    p95: float
    p99: float
    worst: float
    cpu: float


class Listener(asyncio.Protocol):
    """A WebSocket client that does next to nothing: it finds an event's number in each frame and notes the time."""

    def __init__(self, token: str, sent: dict[int, float], times: list[float]) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._token, self._sent, self._times = token, sent, times
        self._buffer = bytearray()
        self._upgraded = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /ws HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Authorization: Bearer {self._token}", "", "",
        ]  # fmt: skip
        transport.write("\r\n".join(lines).encode())
        said = b'{"ping":1}'
        transport.write(bytes((0x81, 0x80 | len(said), 0, 0, 0, 0)) + said)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise RuntimeError(head.decode())
            self._upgraded, self._buffer = True, bytearray(rest)
        while (frame := self._frame()) is not None:
            self._received(frame)

    def _frame(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        if length == 126:
            if len(buffer) < 4:
                return None
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        if len(buffer) < start + length:
            return None
        frame = bytes(buffer[start : start + length])
        del buffer[: start + length]
        return frame

    def _received(self, frame: bytes) -> None:
        if b'"event":"pong"' in frame:
            if not self.ready.done():
                self.ready.set_result(None)
            return
        at = frame.find(b'"subject":"bench ')
        if at >= 0:
            number = int(frame[at + 17 : at + 27].partition(b'"')[0])
            self._times.append(time.perf_counter() - self._sent[number])

    def close(self) -> None:
        """Hangs up."""
        self._transport.close()


class Writer:
    """Changes the ticket over one kept-alive connection, one request at a time, at a steady rate."""

    def __init__(self, port: int, token: str, ticket: UUID, sent: dict[int, float]) -> None:
        self._port, self._token, self._ticket, self._sent = port, token, ticket, sent

    async def write(self, count: int, per_second: float) -> None:
        """Sends `count` changes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        began = time.perf_counter()
        for number in range(count):
            due = began + number / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._sent[number] = time.perf_counter()
            writer.write(self._request({"subject": f"bench {number}"}))
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
            if not head.startswith(b"http/1.1 200"):
                raise RuntimeError(head.decode())
        writer.close()

    def _request(self, changes: dict[str, str]) -> bytes:
        body = json.dumps(changes).encode()
        lines = [
            f"PUT /api/v1/tickets/{self._ticket} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {self._token}",
            "Content-Type: application/json", f"Content-Length: {len(body)}", "", "",
        ]  # fmt: skip
        return "\r\n".join(lines).encode() + body


async def _desk(dsn: str) -> tuple[str, UUID]:
    """An agent's token and a ticket."""
    await migrate(dsn)
    database, organization = await Database.open(dsn), new_id()
    async with database.unit(None) as uow:
        await uow.db.execute(
            "insert into organizations (id, name, created_at, updated_at) values ($1, 'Bench', now(), now())",
            organization,
        )
    async with database.unit(Actor.system(organization)) as uow:
        member = await memberships.add_member(
            uow, email="a@bench.example", name="Agent", role=Role.AGENT, how="entered"
        )
        await uow.db.execute("update users set email_verified_at = now()")
        member = msgspec.structs.replace(member, verified=True)
        signed_in = await start_session(uow, TokenKeys(SECRET), member, Device())
        ticket = await tickets.create(uow, NewTicket(subject="Zip", description="It broke on day one. " * 10))
    await database.close()
    return signed_in.token, ticket.id


async def _scenario(port: int, worker: psutil.Process, token: str, ticket: UUID, sockets: int, rate: float) -> Row:
    sent: dict[int, float] = {}
    times: list[float] = []
    listeners = await _open(port, token, sockets, sent, times)
    await asyncio.sleep(SETTLING)
    count = int(SECONDS * rate)
    cpu, began = sum(worker.cpu_times()[:2]), time.perf_counter()
    await Writer(port, token, ticket, sent).write(count, rate)
    for _ in range(100):
        if len(times) >= count * sockets:
            break
        await asyncio.sleep(0.1)
    used = (sum(worker.cpu_times()[:2]) - cpu) / (time.perf_counter() - began)
    for listener in listeners:
        listener.close()
    await asyncio.sleep(SETTLING)
    times.sort()
    p50, p95, p99, worst = (
        times[min(len(times) - 1, int(len(times) * share))] * 1000 for share in (0.5, 0.95, 0.99, 1)
    )
    return Row(sockets, rate, count * sockets, len(times), p50, p95, p99, worst, used * 100)


async def _open(port: int, token: str, sockets: int, sent: dict[int, float], times: list[float]) -> list[Listener]:
    loop = asyncio.get_running_loop()
    listeners: list[Listener] = []
    while len(listeners) < sockets:
        some = [
            (await loop.create_connection(lambda: Listener(token, sent, times), "127.0.0.1", port))[1]
            for _ in range(min(50, sockets - len(listeners)))
        ]
        await asyncio.gather(*(listener.ready for listener in some))
        listeners += some
    return listeners


async def _memory(port: int, worker: psutil.Process, token: str) -> float:
    """Kilobytes of resident memory for each of 1,000 idle sockets; the second round shows whether memory leaks."""
    grown = []
    for _ in range(2):
        before = worker.memory_info().rss
        listeners = await _open(port, token, 1000, {}, [])
        await asyncio.sleep(SETTLING)
        grown.append(worker.memory_info().rss - before)
        for listener in listeners:
            listener.close()
        await asyncio.sleep(SETTLING)
    return max(grown) / 1000 / 1024


def _worker_on(port: int) -> psutil.Process:
    """The web worker: the child of the Granian process that was given the port."""
    for process in psutil.Process().children(recursive=True):
        if str(port) in process.cmdline() and process.children():
            return max(process.children(), key=lambda child: child.memory_info().rss)
    raise RuntimeError("the web server has no worker")


def run() -> tuple[list[Row], float]:
    """Every scenario on one worker, and the memory of a socket."""
    with postgres() as (dsn, folder):
        agent, ticket = asyncio.run(_desk(dsn))
        environ = {
            "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder), "DESKBELL_SECRET_KEY": SECRET,
            "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off",
        }  # fmt: skip
        with granian("deskbell.app:application", environ, "/readyz", factory=True) as port:
            worker = _worker_on(port)
            kilobytes = uvloop.run(_memory(port, worker, agent))
            return [uvloop.run(_scenario(port, worker, agent, ticket, *each)) for each in SCENARIOS], kilobytes


def report() -> str:
    """The figures as a table."""
    rows, kilobytes = run()
    lines = [
        "| sockets | events/s | messages/s | received of expected | p50 ms | p95 ms | p99 ms | worst ms | worker CPU |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.sockets} | {row.rate} | {row.sockets * row.rate:.0f} | {row.heard} / {row.expected} "
        f"| {row.p50:.1f} | {row.p95:.1f} | {row.p99:.1f} | {row.worst:.1f} | {row.cpu:.0f} % |"
        for row in rows
    ]
    note = (
        "Latency runs from before the writing request is sent to the socket, on one web worker. "
        f"A socket takes {kilobytes:.0f} KB of the worker's resident memory (1,000 idle ones)."
    )
    return "\n".join([*lines, "", note])


if __name__ == "__main__":
    print(report())

"""A small HTTP load generator: fixed requests over kept-alive connections, bounded in count, to loopback only."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvloop


@dataclass(frozen=True)
class Figures:
    """The results of a run. Latencies are in milliseconds."""

    per_second: float
    p50: float
    p99: float
    failures: int


class _Connection(asyncio.Protocol):
    def __init__(
        self, next_request: Callable[[], bytes | None], done: asyncio.Future[None], times: list[float]
    ) -> None:
        self._next_request = next_request
        self._done = done
        self._times = times
        self._buffer = b""
        self._started = 0.0
        self.failures = 0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        request = self._next_request()
        if request is None:
            self._transport.close()
            return
        self._started = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if len(rest) < length:
            return
        if head[9:10] != b"2":
            self.failures += 1
        self._times.append(time.perf_counter() - self._started)
        self._buffer = rest[length:]
        self._send()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)


async def _run(port: int, make: Callable[[int], bytes], count: int, connections: int) -> Figures:
    numbers = iter(range(count))

    def next_request() -> bytes | None:
        number = next(numbers, None)
        return None if number is None else make(number)

    loop = asyncio.get_running_loop()
    times: list[float] = []
    open_connections = []
    started = time.perf_counter()
    waiting = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        _, protocol = await loop.create_connection(partial(_Connection, next_request, done, times), "127.0.0.1", port)
        open_connections.append(protocol)
        waiting.append(done)
    await asyncio.gather(*waiting)
    seconds = time.perf_counter() - started
    times.sort()
    return Figures(
        per_second=len(times) / seconds,
        p50=times[len(times) // 2] * 1000,
        p99=times[int(len(times) * 0.99)] * 1000,
        failures=sum(connection.failures for connection in open_connections),
    )


def measure(port: int, make: Callable[[int], bytes], *, count: int, connections: int = 32) -> Figures:
    """Sends `count` requests, `connections` at a time, made by `make(i)`."""
    return uvloop.run(_run(port, make, count, connections))


def request(method: str, path: str, token: str | None = None, body: bytes = b"") -> bytes:
    """An HTTP request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body

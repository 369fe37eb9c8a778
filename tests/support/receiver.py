"""A receiver of webhooks on loopback, which answers as a test chooses: immediately, invalidly, late, endlessly or never."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Self

import msgspec
from standardwebhooks import Webhook, WebhookVerificationError


class Call(msgspec.Struct, frozen=True):
    """One request that came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Its `webhook-id`."""
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        """Its body."""
        body: dict[str, Any] = msgspec.json.decode(self.body)
        return body

    @property
    def type(self) -> str:
        """The event's type."""
        return str(self.event["type"])

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of its signatures holds, by the specification's own library."""
        try:
            Webhook(secret).verify(self.body, self.headers)
        except WebhookVerificationError:
            return False
        return True


Answering = Callable[[Call, asyncio.StreamWriter], Awaitable[None]]


def answer(status: int = 200, body: bytes = b"thanks", headers: Mapping[str, str] | None = None) -> Answering:
    """A plain answer."""

    async def write(_call: Call, writer: asyncio.StreamWriter) -> None:
        extra = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        writer.write(f"HTTP/1.1 {status} Answer\r\ncontent-length: {len(body)}\r\n{extra}\r\n".encode() + body)
        await writer.drain()

    return write


async def never_answer(_call: Call, _writer: asyncio.StreamWriter) -> None:
    """No answer, ever: until the other side gives up."""
    await asyncio.Event().wait()


async def break_off(_call: Call, writer: asyncio.StreamWriter) -> None:
    """The beginning of an answer, then the end of the connection."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nthis is not a thousand")
    await writer.drain()
    writer.close()


async def flood(_call: Call, writer: asyncio.StreamWriter) -> None:
    """Ten megabytes, as far as they are taken."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n")
    for _ in range(100):
        writer.write(b"x" * 100_000)
        await writer.drain()


class Receiver:
    """An HTTP server on loopback. `answering` may be changed at any time; every call is kept in order of arrival."""

    def __init__(self, answering: Answering | None = None) -> None:
        self.answering = answering or answer()
        self.calls: list[Call] = []
        self._came = asyncio.Condition()
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """Its address, with a path."""
        return f"http://127.0.0.1:{self.port}/hook"

    async def until(self, enough: Callable[[list[Call]], bool], seconds: float = 180) -> list[Call]:
        """Waits until the calls are enough, and returns them."""
        async with asyncio.timeout(seconds), self._came:
            await self._came.wait_for(lambda: enough(self.calls))
        return list(self.calls)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while not writer.is_closing():
                call = await _read(reader)
                async with self._came:
                    self.calls.append(call)
                    self._came.notify_all()
                await self.answering(call, writer)
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Call:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Call(head[0].split(" ")[1], headers, body)

"""A server with real sockets for tests, and an listener to hold to it."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import urlencode

import httpx
import websockets
from websockets.asyncio.client import ClientConnection

from deskbell.runtime.children import death_signal
from tests.support.desk import Desk

PATIENCE = 60
"""Seconds after which a test gives up waiting for what must come; nothing is asserted about time."""

Message = dict[str, Any]


class Listener:
    """One WebSocket, as a client has it."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def next(self, *events: str) -> Message:
        """The next message; with `events`, the next of these, all others left aside."""
        async with asyncio.timeout(PATIENCE):
            while True:
                message: Message = json.loads(await self.connection.recv())
                if not events or message["event"] in events:
                    return message

    async def until(self, event: str, **data: object) -> list[Message]:
        """Everything up to the first message of a kind whose data has these values, and that message last."""
        received: list[Message] = []
        try:
            async with asyncio.timeout(PATIENCE):  # the server's own messages go on for ever
                while True:
                    received.append(await self.next())
                    arrived = received[-1]
                    if arrived["event"] == event and data.items() <= arrived["data"].items():
                        return received
        except TimeoutError:
            raise AssertionError(f"{event} with {data} did not come, only {received}") from None

    async def caught_up(self) -> list[Message]:
        """Everything that the server has had to send_message so far."""
        await self.send_message({"ping": "so far"})
        return (await self.until_pong())[:-1]

    async def until_pong(self) -> list[Message]:
        """Everything up to the answer to a ping, and that last."""
        received = [await self.next()]
        while received[-1]["event"] != "pong":
            received.append(await self.next())
        return received

    async def send_message(self, message: object) -> None:
        """Sends JSON, or text as it is."""
        await self.connection.send(message if isinstance(message, str) else json.dumps(message))

    async def closed(self) -> int | None:
        """The code that the server closes with; messages before it are left aside."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    await self.connection.recv()
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.connection.close()


class Live:
    """The server's address."""

    def __init__(self, port: int, process: asyncio.subprocess.Process) -> None:
        self.port = port
        self.address = f"127.0.0.1:{port}"
        self.process = process

    async def listener(self, bearer: str | None = None, path: str = "/ws", **options: Any) -> Listener:
        """A socket; `headers` and what else `websockets.connect` takes may be given, the rest goes into the query."""
        given = {name: options.pop(name) for name in ("max_queue", "sock", "origin") if name in options}
        headers = options.pop("headers", {"Authorization": f"Bearer {bearer}"} if bearer else {})
        query = f"?{urlencode(options)}" if options else ""
        connection = await websockets.connect(
            f"ws://{self.address}{path}{query}", additional_headers=headers, ping_interval=None, **given
        )
        return Listener(connection)

    async def listening(self, bearer: str | None, **options: Any) -> Listener:
        """A socket that receives every event committed after this call."""
        listener = await self.listener(bearer, **options)
        await listener.send_message({"ping": 1})
        await listener.next("pong")
        return listener


@asynccontextmanager
async def serving(desk: Desk, *, workers: int = 1, port: int | None = None) -> AsyncIterator[Live]:
    """`deskbell`'s web server on a loopback port, a free one unless it is given, on the same database as the desk."""
    if port is None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--log-level", "warning", "deskbell.cli.web:application",
        env={**os.environ, **desk.settings.environ()}, start_new_session=True, preexec_fn=death_signal(signal.SIGTERM),
    )  # fmt: skip
    try:
        await _until_ready(process, port)
        yield Live(port, process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 30)
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)  # its own session holds no other processes
                await process.wait()


async def _until_ready(process: asyncio.subprocess.Process, port: int) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(60):
        while True:
            if process.returncode is not None:
                raise RuntimeError("the server did not start")
            try:
                if (await client.get(f"http://127.0.0.1:{port}/readyz")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)  # the only way to learn that a server listens is to try

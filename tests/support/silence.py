"""A way between a client and a server on loopback that can go silent, as networks do: neither learns that the other is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Way:
    """Forwards both directions until it is cut; its connections then stay open, and nothing passes them any more."""

    def __init__(self, to_port: int) -> None:
        self.port = 0
        self.connections = 0
        self._to_port = to_port
        self._tasks: set[asyncio.Task[None]] = set()
        self._kept: list[asyncio.StreamWriter] = []

    def cut(self) -> None:
        """Silences the connections that there are. New ones are forwarded."""
        for task in self._tasks:
            task.cancel()

    def close(self) -> None:
        """Closes every connection."""
        for writer in self._kept:
            writer.close()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A new connection."""
        self.connections += 1
        theirs, ours = await asyncio.open_connection("127.0.0.1", self._to_port)
        for source, target in ((reader, ours), (theirs, writer)):
            task = asyncio.create_task(self._forward(source, target))
            self._tasks.add(task)
        self._kept.append(writer)
        self._kept.append(ours)

    async def _forward(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while words := await source.read(65_536):
                target.write(words)
                await target.drain()
            target.close()


@asynccontextmanager
async def way_to(port: int) -> AsyncIterator[Way]:
    """A way to a server's port."""
    way = Way(port)
    server = await asyncio.start_server(way.connected, "127.0.0.1", 0)
    way.port = server.sockets[0].getsockname()[1]
    try:
        yield way
    finally:
        way.cut()
        way.close()
        server.close()

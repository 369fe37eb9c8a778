"""Several machines, each a process group of its own: PostgreSQL over TCP with a standby, web nodes, workers and a balancer."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.cli.running import PROGRAM, Served, environment
from tests.support.postgres import TestPostgres
from tests.support.programs import free_port

SECRET = "a-secret-key-that-all-nodes-share-0123456789"
REPLICATION = {"wal_level": "replica", "max_wal_senders": "4", "synchronous_commit": "on"}


@contextmanager
def primary_and_standby() -> Iterator[tuple[str, str]]:
    """The addresses of a database over TCP and of its streaming standby."""
    port, reading = free_port(), free_port()
    address = "postgresql://postgres@127.0.0.1:{}/postgres"
    primary = TestPostgres(port=port, **REPLICATION)
    standby = TestPostgres(port=reading, of=address.format(port), **REPLICATION)
    try:
        primary.start()
        standby.start()
        yield address.format(port), address.format(reading)
    finally:
        standby.stop()
        primary.stop()


class Machines:
    """Two web nodes without workers, and workers on machines of their own."""

    def __init__(self, folder: Path, dsn: str, replica: str, **settings: str) -> None:
        self._folder = folder
        self.settings = {
            "DATABASE_URL": dsn, "REPLICA_URL": replica, "SECRET_KEY": SECRET,
            "STORAGE_URL": (folder / "shared").as_uri(), "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1", "LOG_FORMAT": "json", **settings,
        }  # fmt: skip
        self.nodes: dict[str, Served] = {}
        self.workers: list[subprocess.Popen[bytes]] = []

    def start_node(self, name: str) -> Served:
        """A web node with a data folder of its own."""
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        self.nodes[name] = Served(folder, "--no-worker", **self.settings)
        return self.nodes[name]

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """A worker."""
        folder = self._folder / f"worker{len(self.workers)}"
        folder.mkdir()
        with (folder / "errors.txt").open("wb") as errors:
            process = subprocess.Popen(
                [*PROGRAM, "worker"], cwd=folder, stderr=errors, stdout=errors,
                env=environment(DATA_DIR=str(folder / "data"), **self.settings),
            )  # fmt: skip
        self.workers.append(process)
        return process

    def stop(self) -> None:
        """Stops everything."""
        for node in self.nodes.values():
            node.stop()
        for worker in self.workers:
            worker.terminate()
            worker.wait(60)


class Balancer:
    """Gives each connection to the next node that accepts one."""

    def __init__(self, machines: Machines) -> None:
        self._machines = machines
        self._turn = 0
        self._server: asyncio.Server | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Its address."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with self._server:
            yield f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await self._node()
            if there is not None:
                await asyncio.gather(_pipe(reader, there[1]), _pipe(there[0], writer))
        finally:
            writer.close()

    async def _node(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        nodes = list(self._machines.nodes.values())
        for _ in nodes:
            self._turn += 1
            address = urlsplit(nodes[self._turn % len(nodes)].url)
            with suppress(OSError):
                return await asyncio.open_connection(address.hostname, address.port)
        return None


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    if reader.at_eof() is False:
        writer.close()

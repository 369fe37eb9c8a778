"""A real server in a folder of its own that can be hurt in every part and started again, and people who write to it."""

import asyncio
import itertools
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import httpx
import psutil

from deskbell.runtime.embedded import running_dsn
from tests.cli.running import PROGRAM, Served, environment

EMAIL, PASSWORD = "owner@faults.example", "correct-horse-battery-1"
SETTINGS = {"RATE_LIMITS": "off", "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1", "LOG_FORMAT": "json"}


PARTS = ("worker", "web worker", "postgres", "everything")


class Site:
    """`deskbell serve` with two web workers, a job worker and its own PostgreSQL."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self._settings = SETTINGS | settings
        self.up = asyncio.Event()
        self.token = ""
        self._served: Served | None = None
        self._restarts = itertools.count(1)

    @property
    def served(self) -> Served:
        """The running server."""
        assert self._served is not None
        return self._served

    async def start(self) -> None:
        """Starts it, or starts it again after it was killed."""
        self._served = await asyncio.to_thread(Served, self.folder, "--workers", "2", **self._settings)
        self.up.set()

    async def stop(self) -> None:
        """Stops it in good order."""
        if self._served is not None:
            await asyncio.to_thread(self._served.stop)

    async def make_owner(self) -> None:
        """Creates an organization and the owner whose account all clients use."""
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, "create-owner", "--email", EMAIL, "--name", "Owner", "--organization", "Faults",
            "--domain", "faults.example", "--password-stdin", cwd=self.folder,
            env=environment(DATA_DIR=str(self.folder / "data"), **self._settings), stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await process.communicate(f"{PASSWORD}\n".encode())
        assert process.returncode == 0
        async with httpx.AsyncClient(base_url=f"{self.served.url}/api/v1") as client:
            answer = await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
            self.token = answer.json()["data"]["token"]

    def client(self) -> httpx.AsyncClient:
        """A client of the server as it runs now."""
        return httpx.AsyncClient(
            base_url=f"{self.served.url}/api/v1", headers={"authorization": f"Bearer {self.token}"}, timeout=30
        )

    async def database(self) -> "asyncpg.Connection[Any]":
        """The server's database, as its owner."""
        dsn = running_dsn(self.folder / "data")
        assert dsn is not None
        return await asyncpg.connect(dsn)

    def kill_worker(self) -> None:
        """`kill -9` of the job worker, which is started again by the server."""
        self._kill(lambda words: "deskbell.cli worker" in words)

    async def kill_web_worker(self, rng: Random) -> None:
        """`kill -9` of one of the web server's workers, as soon as there is one."""
        async with asyncio.timeout(300):
            while not (workers := self._web_workers()):  # noqa: ASYNC110 - the system is asked
                await asyncio.sleep(0.05)  # the one that was killed before is being replaced
        with suppress(psutil.NoSuchProcess):
            rng.choice(workers).kill()

    def _web_workers(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            servers = [process for process in self.served.family() if "deskbell.cli.web" in _words(process)]
            return servers[0].children() if servers else []
        return []

    def kill_readers(self) -> None:
        """`kill -9` of every process that reads a mail."""
        for process in self.served.family():
            if "mail.reading.child" in _words(process):
                process.kill()

    def kill_postgres(self) -> None:
        """`kill -9` of PostgreSQL's first process; the others follow when they notice."""
        self._kill(lambda words: "/postgres -D" in words)

    async def kill(self, part: str, rng: Random) -> None:
        """`kill -9` of one of `PARTS`."""
        match part:
            case "worker":
                self.kill_worker()
            case "web worker":
                await self.kill_web_worker(rng)
            case "postgres":
                self.kill_postgres()
            case _:
                await self.kill_everything()

    async def kill_everything(self) -> None:
        """Kills every process, like a power cut, and starts the server again."""
        self.up.clear()
        await asyncio.to_thread(self.served.power_cut)
        await self.start()

    def _kill(self, is_it: Any) -> None:
        for process in self.served.family():
            if is_it(_words(process)):
                process.kill()
                return


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


class Accepted:
    """The writes that the server accepted (2xx); only these must survive."""

    def __init__(self) -> None:
        self.tickets: list[str] = []
        self.comments: list[str] = []
        self.changes: list[tuple[str, str]] = []
        self._grew = asyncio.Condition()

    def __len__(self) -> int:
        return len(self.tickets) + len(self.comments) + len(self.changes)

    async def note(self, kind: list[Any], what: Any) -> None:
        """One more."""
        kind.append(what)
        async with self._grew:
            self._grew.notify_all()

    async def until(self, count: int) -> None:
        """Waits until so many writes were accepted."""
        async with asyncio.timeout(600), self._grew:
            await self._grew.wait_for(lambda: len(self) >= count)


class Writer:
    """Writes one thing after another, whatever happens to the server meanwhile."""

    def __init__(self, site: Site, accepted: Accepted, name: str, rng: Random) -> None:
        self._site, self._accepted, self._name, self._rng = site, accepted, name, rng
        self._mine: list[str] = []
        self._number = itertools.count(1)
        self._stopped = False

    def stop(self) -> None:
        """Lets it end after the write that is under way."""
        self._stopped = True

    async def run(self) -> None:
        """Until stopped."""
        while not self._stopped:
            await self._site.up.wait()
            try:
                async with self._site.client() as client:
                    while not self._stopped:
                        await self._write(client)
            except httpx.HTTPError:
                # Refused or broken off: what was under way may have been written or not. A client waits a moment.
                await asyncio.sleep(0.05)

    async def _write(self, client: httpx.AsyncClient) -> None:
        words = f"{self._name} {next(self._number)}"
        choice = self._rng.random()
        if not self._mine or choice < 0.4:
            answer = await client.post("/tickets", json={"subject": words, "description": "Under load."})
            if answer.is_success:
                self._mine.append(answer.json()["data"]["id"])
                await self._accepted.note(self._accepted.tickets, self._mine[-1])
            return
        ticket = self._rng.choice(self._mine)
        if choice < 0.8:
            answer = await client.post(f"/tickets/{ticket}/comments", json={"body": words})
            if answer.is_success:
                await self._accepted.note(self._accepted.comments, answer.json()["data"]["id"])
        else:
            answer = await client.put(f"/tickets/{ticket}", json={"subject": words})
            if answer.is_success:
                await self._accepted.note(self._accepted.changes, (ticket, words))

"""The hub in this process: a database that goes away, heartbeats, and a reader that takes nothing in."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from deskbell.app import PRESENTERS
from deskbell.realtime.limits import Limits
from deskbell.realtime.service import Realtime
from tests.realtime.live import PATIENCE
from tests.realtime.test_events import file_ticket
from tests.support.desk import Desk, Organization, Person

QUICK = Limits(heartbeat=0.01, silence=0.02, recheck=0.01, close_timeout=0.1, queue=4)


class Peer:
    """The far end of an ASGI WebSocket. One that does not `read` never lets a `send` return."""

    def __init__(self, person: Person, path: str = "/ws", *, reads: bool = True) -> None:
        self.scope = {
            "type": "websocket", "path": path, "query_string": b"", "scheme": "ws",
            "headers": [(b"authorization", f"Bearer {person.token}".encode())],
        }  # fmt: skip
        self.reads = reads
        self.received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.said.put_nowait({"type": "websocket.connect"})

    def send_message(self, message: object) -> None:
        self.said.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close" and not self.code.done():
            self.code.set_result(message["code"])
        elif message["type"] == "websocket.send":
            if not self.reads:
                await asyncio.get_running_loop().create_future()
            self.received.put_nowait(json.loads(message["text"]))

    async def next(self, event: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            while (message := await self.received.get())["event"] != event:
                pass
            return message

    async def closed(self) -> int:
        async with asyncio.timeout(PATIENCE):
            return await self.code


@asynccontextmanager
async def connected(realtime: Realtime, *peers: Peer) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(realtime(peer.scope, peer.said.get, peer.send)) for peer in peers]
    try:
        for peer in peers:
            if peer.reads:
                peer.send_message({"ping": 1})
                await peer.next("pong")
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def realtime_of(desk: Desk, limits: Limits | None = None) -> AsyncIterator[Realtime]:
    realtime = await Realtime.start(desk.database, desk.keys, PRESENTERS, limits)
    try:
        yield realtime
    finally:
        await realtime.stop()


async def test_events_committed_without_a_listener_are_delivered_once_after_a_reconnect(
    desk: Desk, shop: Organization, database_url: str
) -> None:
    peer = Peer(await shop.person("agent"))
    async with realtime_of(desk) as realtime, connected(realtime, peer):
        first = await file_ticket(shop)
        assert (await peer.next("ticket.created"))["data"]["id"] == first["id"]
        postgres = await asyncpg.connect(database_url)
        try:
            # In one transaction: the listener is gone before the ticket's commit could be announced.
            await postgres.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'deskbell-listen'"
            )
        finally:
            await postgres.close()
        tickets = [await file_ticket(shop) for _ in range(5)]
        received = [(await peer.next("ticket.created"))["data"]["id"] for _ in tickets]
        assert received == [ticket["id"] for ticket in tickets]
        last = await file_ticket(shop)
        assert (await peer.next("ticket.created"))["data"]["id"] == last["id"]


async def test_a_quiet_connection_gets_pings_and_a_client_that_answered_once_must_go_on_answering(
    desk: Desk, shop: Organization
) -> None:
    peer, plain = Peer(await shop.person("agent")), Peer(await shop.person("agent2"))
    async with realtime_of(desk, QUICK) as realtime, connected(realtime, peer, plain):
        await peer.next("ping")
        peer.send_message({"pong": None})
        assert await peer.closed() == 4410
        await plain.next("ping")
        await plain.next("ping")
        assert not plain.code.done()


async def test_a_session_that_expires_without_an_event_is_noticed(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    peer = Peer(agent)
    async with realtime_of(desk, QUICK) as realtime, connected(realtime, peer):
        async with desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update sessions set expires_at = now() where user_id = $1", agent.id)
        assert await peer.closed() == 4401


async def test_a_client_that_reads_nothing_is_closed_with_4408_and_others_receive_everything(
    desk: Desk, shop: Organization
) -> None:
    dead, alive = Peer(await shop.person("agent"), reads=False), Peer(await shop.person("agent2"))
    async with realtime_of(desk, QUICK) as realtime, connected(realtime, dead, alive):
        tickets = []
        for _ in range(10):
            tickets.append(await file_ticket(shop))
            assert (await alive.next("ticket.created"))["data"]["id"] == tickets[-1]["id"]
        assert await dead.closed() == 4408
        assert not alive.code.done()


@pytest.mark.parametrize("path", ["/ws", "/ws/tickets/{}"])
async def test_stopping_closes_every_connection(desk: Desk, shop: Organization, path: str) -> None:
    ticket = await file_ticket(shop)
    peer = Peer(await shop.person("agent"), path.format(ticket["id"]))
    async with realtime_of(desk) as realtime, connected(realtime, peer):
        await realtime.stop()
        assert await peer.closed() == 1012

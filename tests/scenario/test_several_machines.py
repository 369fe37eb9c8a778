"""Two web nodes, two workers, a database and its standby: sessions, limits, sockets and jobs hold, and a stop loses nothing."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
import websockets

from tests.cli.running import run, short_folder
from tests.scenario.machines import Balancer, Machines, primary_and_standby
from tests.support.receiver import Call, Receiver

pytestmark = pytest.mark.xdist_group("several-machines")  # they take long to start
EMAIL, PASSWORD = "owner@machines.example", "correct-horse-battery-1"
EACH_ON_A_CONNECTION_OF_ITS_OWN = httpx.Limits(max_keepalive_connections=0)


class Firm:
    """The machines as clients see them."""

    def __init__(self, machines: Machines, balancer: str, primary: str, standby: str) -> None:
        self.machines = machines
        self.balancer = balancer
        self.primary = primary
        self.standby = standby
        self.token = ""

    def client(self, url: str | None = None, token: str | None = None) -> httpx.AsyncClient:
        """A client of the balancer, whose every request may reach another node; or of one node."""
        headers = {"authorization": f"Bearer {token or self.token}"}
        return httpx.AsyncClient(
            base_url=f"{url or self.balancer}/api/v1",
            headers=headers,
            timeout=30,
            limits=EACH_ON_A_CONNECTION_OF_ITS_OWN,
        )

    def node(self, name: str, token: str | None = None) -> httpx.AsyncClient:
        """A client of one node."""
        return self.client(self.machines.nodes[name].url, token)

    async def signed_in(self) -> str:
        """The token of a new session."""
        async with httpx.AsyncClient(base_url=f"{self.balancer}/api/v1", timeout=30) as client:
            answer = await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["data"]["token"]
        return token

    async def value(self, statement: str, *args: Any, dsn: str | None = None) -> Any:
        """One value from the database, or from the standby."""
        connection = await asyncpg.connect(dsn or self.primary)
        try:
            return await connection.fetchval(statement, *args)
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def firm() -> AsyncIterator[Firm]:
    with short_folder() as folder, primary_and_standby() as (primary, standby):
        machines = Machines(folder, primary, standby, PASSWORD_COST="test")
        try:
            await asyncio.to_thread(machines.start_node, "one")
            owner = ["create-owner", "--email", EMAIL, "--name", "Owner", "--organization", "Machines"]
            owner += ["--domain", "machines.example", "--password-stdin"]
            done = await asyncio.to_thread(
                lambda: run(*owner, folder=folder, words=f"{PASSWORD}\n", **machines.settings)
            )
            assert done.returncode == 0, done.stderr
            await asyncio.to_thread(machines.start_node, "two")
            machines.start_worker()
            machines.start_worker()
            async with Balancer(machines).running() as balancer:
                made = Firm(machines, balancer, primary, standby)
                made.token = await made.signed_in()
                yield made
        finally:
            await asyncio.to_thread(machines.stop)


async def test_a_session_holds_on_both_nodes_and_ends_on_both(firm: Firm) -> None:
    token = await firm.signed_in()
    async with firm.node("one", token) as one, firm.node("two", token) as two:
        assert [(await each.get("/auth/me")).status_code for each in (one, two)] == [200, 200]
        assert (await one.post("/auth/logout")).is_success
        assert [(await each.get("/auth/me")).status_code for each in (two, one)] == [401, 401]


async def test_both_nodes_count_towards_one_limit(firm: Firm) -> None:
    async with firm.node("one") as one, firm.node("two") as two:
        for _ in range(3):  # the count may start again between two of these
            left = [int((await each.get("/auth/me")).headers["x-ratelimit-remaining"]) for each in (one, two, one, two)]
            if left == sorted(left, reverse=True):
                break
    assert [left[0] - each for each in left] == [0, 1, 2, 3]


async def test_a_socket_on_one_node_reports_what_the_other_wrote(firm: Firm) -> None:
    url = firm.machines.nodes["one"].url.replace("http:", "ws:")
    async with websockets.connect(f"{url}/ws?token={firm.token}&since=now") as socket, firm.node("two") as two:
        async with asyncio.timeout(60):
            while json.loads(await socket.recv())["event"] != "ready":
                pass
            made = await two.post("/tickets", json={"subject": "Seen elsewhere", "description": "x"})
            while "Seen elsewhere" not in str(message := json.loads(await socket.recv())):
                pass
    assert made.status_code == 201
    assert message["event"] == "ticket.created"


async def test_stopped_and_killed_nodes_and_workers_lose_and_double_nothing(firm: Firm) -> None:
    """A client repeats what got no answer with the same `Idempotency-Key`, as it would behind any balancer."""

    async def file(client: httpx.AsyncClient, n: int) -> str:
        body = {"subject": f"Order {n}", "description": "x"}
        async with asyncio.timeout(120):
            while True:
                try:
                    answer = await client.post("/tickets", json=body, headers={"idempotency-key": f"order-{n}"})
                    if answer.status_code == 201:
                        return str(answer.json()["data"]["id"])
                    # The first attempt is still under way, or the node ends.
                    assert answer.status_code in (409, 503), answer.text
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)

    async with Receiver() as receiver, firm.client() as client:
        hook = await client.post("/webhooks", json={"url": receiver.url})
        assert hook.status_code == 201, hook.text
        filed: list[str] = []
        for step in range(4):
            tasks = [asyncio.create_task(file(client, 20 * step + n)) for n in range(20)]
            await tasks[0]
            await asyncio.to_thread(hurt, firm.machines, step)
            filed += await asyncio.gather(*tasks)
        await receiver.until(
            lambda calls: set(filed) <= {call.event["data"]["id"] for call in created_of(calls)}, seconds=180
        )
    assert len(set(filed)) == 80
    assert await firm.value("select count(*) from tickets where subject like 'Order %'") == 80
    events = "select count(*) from events where type = 'ticket.created' and payload->>'subject' like 'Order %'"
    assert await firm.value(events) == 80
    deliveries = {call.id for call in created_of(receiver.calls)}
    assert len(deliveries) == 80, "one for each ticket, however often it was attempted"


def created_of(calls: list[Call]) -> list[Call]:
    """The deliveries about new tickets."""
    return [call for call in calls if call.type == "ticket.created"]


def hurt(machines: Machines, step: int) -> None:
    """Stops a node in good order, kills a worker, kills a node, and starts each again."""
    match step:
        case 0:
            machines.nodes["one"].stop()
            machines.start_node("one")
        case 1:
            worker = machines.workers[0]
            worker.kill()
            worker.wait(60)
            machines.start_worker()
        case 2:
            machines.nodes["two"].power_cut()
            machines.start_node("two")
        case _:
            machines.workers[1].send_signal(signal.SIGTERM)
            machines.workers[1].wait(60)

"""A standby answers searches, reports and the dashboard, with all that was written before; without it the database does."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest
from litestar.routes import HTTPRoute
from prometheus_client import REGISTRY

from deskbell.app import CONTRACTS
from deskbell.runtime import replica
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.diagnosis import look_at_replica
from deskbell.runtime.migrate import migrate
from deskbell.runtime.replica import Replica
from tests.scenario.machines import primary_and_standby
from tests.support.desk import Client, Organization, running_desk
from tests.support.programs import free_port

pytestmark = pytest.mark.xdist_group("replica")  # the servers take long to start


class Reading(NamedTuple):
    """An organization on a desk with a standby."""

    shop: Organization
    agent: Client
    owner: Client
    standby: str


@pytest.fixture(scope="module")
def servers() -> Any:
    with primary_and_standby() as addresses:
        yield addresses


@pytest.fixture
async def reading(servers: tuple[str, str], tmp_path: Path) -> AsyncIterator[Reading]:
    primary, standby = servers
    await migrate(primary)
    async with running_desk(primary, tmp_path, DESKBELL_REPLICA_URL=standby) as desk:
        shop = await desk.organization()
        yield Reading(shop, await shop.client("agent"), await shop.client("owner"), standby)


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each request that the standby may answer, whether it did. There is time for a slow machine to replay."""
    monkeypatch.setattr(replica, "_LOOKS", (0.05,) * 1_200)
    monkeypatch.setattr(replica, "_PATIENCE_SECONDS", 60)
    answers: list[bool] = []
    in_place_of = Replica.in_place_of

    async def recorded(self: Replica, uow: UnitOfWork) -> UnitOfWork:
        found = await in_place_of(self, uow)
        answers.append(found is not uow)
        return found

    monkeypatch.setattr(Replica, "in_place_of", recorded)
    return answers


def replicated(contract: str) -> list[str]:
    """The paths of a contract that a standby may answer."""
    routes = [each for each in CONTRACTS[contract].build({}).routes if isinstance(each, HTTPRoute)]
    return sorted({each.path for each in routes if any(handler.opt.get("replica") for handler in each.route_handlers)})


def asked() -> Counter[str]:
    """The number of requests that wanted the standby, by outcome, as `/metrics` has it."""
    family = next(each for each in REGISTRY.collect() if each.name == "deskbell_standby_reads")
    return Counter({each.labels["outcome"]: int(each.value) for each in family.samples if each.name.endswith("_total")})


async def statement(dsn: str, text: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(text)
    finally:
        await connection.close()


async def test_what_was_just_written_is_found(reading: Reading, answered: list[bool]) -> None:
    for n in range(1, 6):
        made = await reading.agent.post("/tickets", {"subject": "Marmalade", "description": "x"})
        assert made.status_code == 201
        found = await reading.agent.get("/search/tickets?q=marmalade")
        assert found.json()["data"]["pagination"]["total"] == n
    assert answered == [True] * 5


async def test_every_route_that_it_may_answer_only_reads(reading: Reading, answered: list[bool]) -> None:
    field = await reading.owner.post("/fields", {"key": "model", "label": "Model", "type": "checkbox"})
    assert field.status_code == 201, field.text
    values = {"{key:str}": "model", "{agent_id:str}": str((await reading.shop.person("agent")).id)}
    paths = [path.removeprefix("/api/v1") for path in replicated("v1")]
    assert len(paths) >= 14
    for path in paths:
        asked = re.sub(r"\{.*\}", lambda found: values[found[0]], path)
        answer = await reading.owner.get(f"{asked}?q=lamp&by=agent")
        assert answer.status_code == 200, (path, answer.text)
    assert answered == [True] * len(paths)


async def test_customers_and_other_organizations_stay_apart_on_it(reading: Reading, answered: list[bool]) -> None:
    await reading.agent.post("/tickets", {"subject": "Secret plum", "description": "x"})
    stranger = await reading.shop.desk.organization("Other")
    for client in (await stranger.client("owner"), await reading.shop.client("customer")):
        found = await client.get("/search/tickets?q=plum")
        assert found.status_code == 200
        assert found.json()["data"]["pagination"]["total"] == 0
    assert answered == [True, True]


async def test_a_standby_that_lags_is_not_asked(
    reading: Reading, answered: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "_LOOKS", (0.01,))
    await statement(reading.standby, "select pg_wal_replay_pause()")
    try:
        async with asyncio.timeout(60):
            while await statement(reading.standby, "select pg_get_wal_replay_pause_state()") != "paused":
                pass
        await reading.agent.post("/tickets", {"subject": "Quince", "description": "x"})
        found = await reading.agent.get("/search/tickets?q=quince")
        assert found.json()["data"]["pagination"]["total"] == 1
    finally:
        await statement(reading.standby, "select pg_wal_replay_resume()")
    assert answered == [False]


async def test_without_its_standby_the_database_answers(
    servers: tuple[str, str], tmp_path: Path, answered: list[bool]
) -> None:
    nowhere = f"postgresql://postgres@127.0.0.1:{free_port()}/postgres"
    before = asked()
    async with running_desk(servers[0], tmp_path, DESKBELL_REPLICA_URL=nowhere) as desk:
        agent = await (await desk.organization()).client("agent")
        for _ in range(2):
            assert (await agent.get("/search?q=plum")).status_code == 200
    assert answered == [False, False]
    assert asked() - before == {"failed": 1, "resting": 1}


async def test_the_diagnosis_knows_a_standby(servers: tuple[str, str]) -> None:
    primary, standby = servers
    good = await look_at_replica(standby)
    assert (good.good, good.subject) == (True, "standby")
    assert not (await look_at_replica(primary)).good
    assert not (await look_at_replica(f"postgresql://postgres@127.0.0.1:{free_port()}/postgres")).good

"""A connection goes to the unit that has waited longest, and a lost one makes room for another."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from deskbell.kernel.errors import Unavailable
from deskbell.runtime import connections
from deskbell.runtime.connections import Connections
from deskbell.runtime.faults import lost
from tests.support.programs import free_port


@pytest.fixture
async def one(database_url: str) -> AsyncIterator[Connections]:
    """At most one connection."""
    made = Connections(await asyncpg.create_pool(database_url, min_size=0, max_size=1))
    yield made
    await made.close()


async def waiting(connections: Connections) -> "asyncio.Task[Any]":
    """A unit that waits for a connection."""
    task = asyncio.create_task(connections.check_out())
    await asyncio.sleep(0)
    assert not task.done()
    return task


async def test_a_connection_is_used_again(one: Connections) -> None:
    raw = await one.check_out()
    await one.give_back(raw, dirty=False)
    assert await one.check_out() is raw
    await one.give_back(raw, dirty=False)


async def test_those_who_wait_get_it_in_turn(one: Connections) -> None:
    raw = await one.check_out()
    first, second = await waiting(one), await waiting(one)
    await one.give_back(raw, dirty=False)
    assert await first is raw
    assert not second.done()
    await one.give_back(raw, dirty=False)
    assert await second is raw
    await one.give_back(raw, dirty=False)


async def break_off(database_url: str, raw: Any) -> None:
    """Ends a connection from the server's side."""
    pid = await raw.fetchval("select pg_backend_pid()")
    other = await asyncpg.connect(database_url)
    await other.fetchval("select pg_terminate_backend($1, 5000)", pid)
    await other.close()


@pytest.mark.parametrize("dirty", [True, False])
async def test_a_lost_connection_makes_room_for_another(database_url: str, one: Connections, dirty: bool) -> None:
    raw = await one.check_out()
    task = await waiting(one)
    if not dirty:
        await break_off(database_url, raw)
        with pytest.raises(lost):
            await raw.fetchval("select 1")
    await one.give_back(raw, dirty=dirty)
    other = await task
    assert await other.fetchval("select 1") == 1
    await one.give_back(other, dirty=False)


async def test_a_connection_lost_while_idle_is_replaced(one: Connections) -> None:
    raw = await one.check_out()
    await one.give_back(raw, dirty=False)
    raw.terminate()  # the pool notices it as it notices a connection that the server ends
    other = await one.check_out()
    assert await other.fetchval("select 1") == 1
    await one.give_back(other, dirty=False)


async def test_a_wait_that_ends_leaves_the_connection_to_the_next(one: Connections) -> None:
    raw = await one.check_out()
    first, second = await waiting(one), await waiting(one)
    first.cancel()
    await one.give_back(raw, dirty=False)
    assert await second is raw
    third, fourth = await waiting(one), await waiting(one)
    await one.give_back(raw, dirty=False)
    third.cancel()  # after the connection was handed over, and before it has been taken
    assert await fourth is raw
    await asyncio.gather(first, third, return_exceptions=True)
    await one.give_back(raw, dirty=False)


async def test_a_wait_that_takes_too_long_is_unavailable(one: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = await one.check_out()
    monkeypatch.setattr(connections, "_PATIENCE_SECONDS", 0)
    with pytest.raises(Unavailable):
        await one.check_out()
    await one.give_back(raw, dirty=False)
    assert await one.check_out() is raw
    await one.give_back(raw, dirty=False)


async def test_a_server_that_refuses_is_unavailable_to_all_who_wait() -> None:
    nowhere = Connections(
        await asyncpg.create_pool(f"postgresql://x@127.0.0.1:{free_port()}/x", min_size=0, max_size=1)
    )
    answers = await asyncio.gather(*[nowhere.check_out() for _ in range(3)], return_exceptions=True)
    assert [type(each) for each in answers] == [Unavailable] * 3
    await nowhere.close()


async def test_connections_idle_for_long_return_to_the_pool(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_IDLE_SECONDS", -1)
    pool = await asyncpg.create_pool(database_url, min_size=0, max_size=6)
    made = Connections(pool)
    taken = [await made.check_out() for _ in range(6)]
    assert pool.get_idle_size() == 0
    for raw in taken:
        await made.give_back(raw, dirty=False)
    assert pool.get_idle_size() == 2
    again = [await made.check_out() for _ in range(6)]
    for raw in again:
        await made.give_back(raw, dirty=True)
    await made.close()

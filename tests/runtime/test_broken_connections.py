"""A connection that breaks within a unit is closed, and the unit's writes fail as unavailable."""

import asyncpg
import pytest

from deskbell.kernel.errors import Unavailable
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.faults import DATABASE_ERRORS, lost, refusal_of


async def break_off(database_url: str, uow: UnitOfWork) -> None:
    """Ends the unit's connection from the server's side."""
    pid = await uow.db.fetch_value("select pg_backend_pid()")
    other = await asyncpg.connect(database_url)
    await other.fetchval("select pg_terminate_backend($1, 5000)", pid)
    await other.close()


@pytest.mark.parametrize("begun", [False, True])
async def test_the_pool_serves_on_after_a_break(database_url: str, begun: bool) -> None:
    database = await Database.open(database_url, size=1)
    try:
        uow = await database.acquire()
        if begun:
            await uow.begin()
        await break_off(database_url, uow)
        with pytest.raises(lost):
            await (uow.commit() if begun else uow.begin())
        await uow.rollback()
        await uow.release()
        async with database.unit(None) as again:
            assert await again.db.fetch_value("select 1") == 1
    finally:
        await database.close()


async def test_a_unit_raises_the_error_of_the_break_and_not_of_its_rollback(database_url: str) -> None:
    database = await Database.open(database_url, size=1)

    async def broken_unit() -> None:
        async with database.unit(None) as uow:
            await break_off(database_url, uow)
            await uow.db.fetch_value("select 1")

    try:
        with pytest.raises(DATABASE_ERRORS) as raised:
            await broken_unit()
        assert isinstance(refusal_of(raised.value), Unavailable)
        async with database.unit(None) as again:
            assert await again.db.fetch_value("select 1") == 1
    finally:
        await database.close()


def test_a_client_caught_in_the_middle_of_a_statement_is_a_lost_connection() -> None:
    assert isinstance(refusal_of(asyncpg.InternalClientError("cannot switch to state 15")), Unavailable)

"""Every statement of the product is prepared against the migrated schema, as the role the application runs as."""

import inspect
from collections.abc import AsyncIterator
from typing import cast
from uuid import UUID

import pytest

from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from deskbell.runtime.connection import Connection
from deskbell.runtime.database import Database, UnitOfWork
from tests.architecture.sql.checking import (
    directories_in,
    modules_below,
    problems_of,
    problems_of_directory,
    query_functions,
    takes_db,
)
from tests.architecture.sql.preparing import PreparingDb


@pytest.fixture
async def uow(database_url: str) -> AsyncIterator[UnitOfWork]:
    database = await Database.open(database_url, size=1)
    uow = await database.acquire()
    yield uow
    await uow.release()
    await database.close()


@pytest.fixture
def db(uow: UnitOfWork) -> PreparingDb:
    return PreparingDb(uow.db.raw)


def holds_queries(module: str) -> bool:
    return "queries" in module.split(".")


async def test_every_query_of_features_and_channels_fits_the_schema(db: PreparingDb) -> None:
    found = [
        problem
        for package in ("deskbell.features", "deskbell.channels")
        for module in modules_below(package, holds_queries)
        for function in query_functions(module)
        for problem in await problems_of(function, db)
    ]
    assert not found, "\n".join(found)


async def test_every_directory_fits_the_schema(db: PreparingDb, uow: UnitOfWork) -> None:
    await uow.enter(Actor(UUID(int=1), UUID(int=2), Role.ADMIN, None))
    uow.db = cast(Connection, db)
    found = {
        name: directory
        for module in modules_below("deskbell.features", lambda _: True)
        for name, directory in directories_in(module)
    }
    assert found
    problems = [
        problem
        for name, directory in found.items()
        for problem in await problems_of_directory(name, directory, uow, db)
    ]
    assert not problems, "\n".join(problems)


async def test_every_statement_of_the_runtime_fits_the_schema(db: PreparingDb) -> None:
    list(modules_below("deskbell.features", lambda name: name.endswith(".events")))  # the journal's vocabulary
    functions = [
        function
        for module in modules_below("deskbell.runtime", lambda _: True)
        for function in query_functions(module)
        if takes_db(function)
    ]
    assert functions
    found = [problem for function in functions for problem in await problems_of(function, db)]
    assert not found, "\n".join(found)


def test_private_queries_are_reached_through_public_ones() -> None:
    lonely = []
    for module in modules_below("deskbell.features", holds_queries):
        source = inspect.getsource(module)
        lonely += [
            f"{module.__name__}.{name}"
            for name, function in vars(module).items()
            if name.startswith("_") and inspect.iscoroutinefunction(function) and source.count(name) == 1
        ]
    assert not lonely, f"Nothing calls these: {lonely}"

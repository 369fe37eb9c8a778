"""The SQL check itself: it passes sound queries and names what is wrong with unsound ones."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, cast
from uuid import UUID

import asyncpg
import msgspec
import pytest

from deskbell.kernel.actor import Actor
from deskbell.kernel.events import DomainEvent
from deskbell.kernel.permissions import Role
from deskbell.runtime.connection import Connection
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.directory import Directory
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table
from tests.architecture.sql.checking import problems_of, problems_of_directory
from tests.architecture.sql.preparing import PreparingDb
from tests.support.postgres import TestPostgres


class Hue(StrEnum):
    RED = "red"
    BLUE = "blue"


class Wanted(msgspec.Struct, kw_only=True):
    hue: Hue | None = None
    size: int | msgspec.UnsetType = msgspec.UNSET


@pytest.fixture
async def db(postgres: TestPostgres) -> AsyncIterator[PreparingDb]:
    raw = await asyncpg.connect(postgres.url("postgres"))
    await raw.execute("create temporary table things (id uuid, hue text, size int)")
    yield PreparingDb(raw)
    await raw.close()


async def sound(db: Db, actor: Actor, wanted: Wanted, order: Literal["asc", "desc"], ids: Sequence[UUID] = ()) -> Any:
    own: Fragment = sql("id = {}", actor.user_id) if actor.is_staff else sql("true")
    if wanted.hue:
        own = sql("{} and hue = {}", own, wanted.hue)
    direction = sql("asc") if order == "asc" else sql("desc")
    return await db.fetch_all(
        sql("select id from things where id <> all({}) and {} order by id {}", ids, own, direction)
    )


async def misspelt(db: Db) -> Any:
    return await db.fetch_one("select idd from things")


async def missing_argument(db: Db, thing: UUID) -> Any:
    return await db.fetch_one("select id from things where id = $1 and size = $2", thing)


async def wrong_type(db: Db, hue: str) -> Any:
    return await db.fetch_one("select id from things where size = $1", hue)


async def broken_for_one_role(db: Db, actor: Actor) -> Any:
    return await db.fetch_one("select sise from things" if actor.role is Role.TEAM_LEAD else "select size from things")


async def broken_when_absent(db: Db, wanted: Wanted) -> Any:
    return await db.fetch_one("select 1" if wanted.hue else "select nothing from nowhere")


async def broken_after_a_row(db: Db) -> Any:
    row = await db.fetch_one("select id, hue from things")
    return row and await db.execute("delete from thing where id = $1", row["id"])


async def swallowing(db: Db) -> None:
    try:
        await db.execute("updat things set size = 1")
    except asyncpg.PostgresError:
        return


async def retrying_forever(db: Db) -> Any:
    while True:
        with contextlib.suppress(Exception):
            if await db.fetch_value("select count(*) from things") == "a value that is never returned":
                return


async def silent(db: Db, thing: UUID) -> None:
    del db, thing


async def unknowable(db: Db, thing: asyncio.Event) -> None:
    await db.execute("select 1", thing)


async def elsewhere(thing: UUID, db: Db) -> None:
    await db.execute("delete from things where id = $1", thing)


async def test_sound_queries_pass(db: PreparingDb) -> None:
    assert await problems_of(sound, db) == []
    assert db.issued >= len(Role)


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        (misspelt, 'column "idd" does not exist'),
        (missing_argument, "2 parameters, 1 arguments"),
        (wrong_type, "invalid input for query argument $1"),
        (broken_for_one_role, 'column "sise" does not exist'),
        (broken_when_absent, 'relation "nowhere" does not exist'),
        (broken_after_a_row, 'relation "thing" does not exist'),
        (swallowing, 'syntax error at or near "updat"'),
        (retrying_forever, "Give its loop a maximum number of tries"),
        (silent, "issued no statement"),
        (unknowable, "no sample for"),
        (elsewhere, "first parameter must be `db`"),
    ],
)
async def test_what_is_wrong_is_named(db: PreparingDb, query: Callable[..., Any], complaint: str) -> None:
    problems = await problems_of(query, db)
    assert any(complaint in problem for problem in problems), problems
    assert all(query.__name__ in problem for problem in problems)


class Thing(msgspec.Struct, frozen=True):
    id: UUID
    hue: str
    updated_at: datetime | None = None


def directory_of(table: Table[Thing]) -> Directory[Thing]:
    def event(thing: Thing, *_: object) -> DomainEvent:
        raise LookupError(f"{thing} has no events here")

    return Directory(
        table,
        "thing",
        Order("t.hue", "t.id", shape=tuple[str, UUID], key=lambda thing: (thing.hue, thing.id)),
        created=event,
        updated=event,
        deleted=event,
    )


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (Table("things", Thing, "t", without=["updated_at"]), 'column "organization_id" of relation "things"'),
        (Table("things", Thing, "t"), "column t.updated_at does not exist"),
        (Table("thing", Thing, "t"), 'relation "thing" does not exist'),
    ],
)
async def test_what_is_wrong_with_a_directory_is_named(db: PreparingDb, table: Table[Thing], complaint: str) -> None:
    uow = UnitOfWork(cast(Database, None), None, Actor(UUID(int=1), None, Role.ADMIN), None)
    uow.db = cast(Connection, db)
    problems = await problems_of_directory("here.THINGS", directory_of(table), uow, db)
    assert any(complaint in problem for problem in problems), problems
    assert all("here.THINGS" in problem for problem in problems)

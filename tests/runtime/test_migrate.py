"""The schema comes up to this version, the queue's tables with it."""

import asyncpg
import pytest

from deskbell.runtime.migrate import migrate, pending
from tests.support.postgres import TestPostgres


@pytest.fixture
async def dsn(postgres: TestPostgres, migrated_template: str) -> str:
    """A migrated database of the test's own."""
    connection = await asyncpg.connect(postgres.url("postgres"))
    await connection.execute("drop database if exists to_migrate")
    await connection.execute(f"create database to_migrate template {migrated_template} owner deskbell")
    await connection.close()
    return postgres.url("to_migrate", "deskbell")


async def execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(statement)
    await connection.close()


async def test_a_migrated_database_lacks_nothing(dsn: str) -> None:
    assert await pending(dsn) == []
    assert await migrate(dsn) == []


async def test_a_newer_pgqueuer_brings_its_tables_up_though_no_migration_of_ours_asks_for_it(dsn: str) -> None:
    await execute(dsn, "alter table pgqueuer drop column heartbeat")
    await execute(dsn, "comment on table pgqueuer is 'queue-0.1.0'")
    missing = await pending(dsn)
    assert [name.partition("-")[0] for name in missing] == ["queue"]
    assert await migrate(dsn) == missing
    assert await pending(dsn) == []
    await execute(dsn, "select heartbeat from pgqueuer")


async def test_a_node_of_an_older_version_stays_ready_beside_a_newer_one(dsn: str) -> None:
    await execute(dsn, "comment on table pgqueuer is 'queue-99.10.0'")
    assert await pending(dsn) == []
    assert await migrate(dsn) == []

"""The schema comes up to this version, the queue's tables with it."""

import shutil
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from deskbell.runtime import migrate as migrating
from deskbell.runtime.migrate import migrate, pending
from tests.support.counts import kept_counts, recounted
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


async def test_tickets_that_were_there_before_are_counted(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in migrating.MIGRATIONS.glob("*.sql"):
        if path.name < "0032":
            shutil.copy(path, tmp_path)
    monkeypatch.setattr(migrating, "MIGRATIONS", tmp_path)
    await migrate(empty_database_url)
    monkeypatch.undo()
    shop = UUID("01900000-0000-7000-8000-000000000001")
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute(f"""
        insert into organizations values ('{shop}', 'Shop', null, '{{}}', now(), now());
        insert into users (id, email, name, created_at, updated_at) values ('{shop}', 'a@shop.example', 'Ann', now(), now());
        insert into memberships (organization_id, user_id, role, email, name, created_at, updated_at)
        values ('{shop}', '{shop}', 'agent', 'a@shop.example', 'Ann', now(), now());
        insert into categories values ('{shop}', '{shop}', 'Boots', '', now(), now());
        insert into tickets (organization_id, id, number, subject, description, status, type, requester_id, assignee_id,
                             category_id, tags, created_at, updated_at, deleted_at)
        select '{shop}', gen_random_uuid(), n, 'Ticket', '', case when n % 2 = 0 then 'open' else 'new' end,
               case when n % 3 = 0 then 'task' else 'incident' end, '{shop}', case when n % 4 = 0 then '{shop}'::uuid end,
               case when n % 5 < 3 then '{shop}'::uuid end,
               case n % 3 when 0 then array['late'] when 1 then array['late', 'vip', 'late'] else '{{}}' end, now(), now(),
               case when n % 7 = 0 then now() end
          from generate_series(1, 40) n""")
    await migrate(empty_database_url)
    assert await kept_counts(connection, shop) == await recounted(connection, shop)
    await connection.execute("update tickets set status = 'solved', tags = array['vip'] where number % 2 = 0")
    await connection.execute("delete from tickets where number > 30")
    assert await kept_counts(connection, shop) == await recounted(connection, shop)
    await connection.close()

"""The schema's files are applied in order, each in a transaction; functions again when their text changes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deskbell.runtime.migrate import migrate, pending
from deskbell.runtime.schema_files import SCHEMA, Applied, NewerSchemaError, Schema, SchemaError
from tests.support.postgres import TestPostgres

SHELF = {
    "tables/0001_shelf": "create table shelf (name text);",
    "tables/0002_book": "-- needs: title\ncreate table book (name text, title text generated always as (title(name)) stored);",
    "functions/books": "create or replace function books() returns bigint language sql as 'select count(*) from book';",
    "functions/letters": "create or replace function letters(t text) returns text language sql immutable return upper(t);",
    "functions/title": "-- needs: letters\n"
    "create or replace function title(t text) returns text language sql immutable return letters(t);",
}


@pytest.fixture
async def dsn(postgres: TestPostgres, migrated_template: str) -> str:
    """A migrated database of the test's own."""
    connection = await asyncpg.connect(postgres.url("postgres"))
    await connection.execute("drop database if exists to_migrate")
    await connection.execute(f"create database to_migrate template {migrated_template} owner deskbell")
    await connection.close()
    return postgres.url("to_migrate", "deskbell")


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Any]:
    """A connection to an empty database."""
    connection = await asyncpg.connect(empty_database_url)
    yield connection
    await connection.close()


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Writes files of a small schema and reads all of it."""

    def written(files: dict[str, str]) -> Schema:
        for name, sql in files.items():
            path = tmp_path / f"{name}.sql"
            path.parent.mkdir(exist_ok=True)
            path.write_text(sql)
        return Schema.read(tmp_path)

    return written


async def execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(statement)
    await connection.close()


async def apply(dsn: str, schema: Schema) -> list[str]:
    """Migrates without the queue, whose name has the version of a library."""
    missing = await pending(dsn, schema)
    assert await migrate(dsn, schema) == missing
    return [name for name in missing if not name.startswith("queue-")]


async def test_a_migrated_database_lacks_nothing(dsn: str) -> None:
    assert await pending(dsn) == []
    assert await migrate(dsn) == []


async def test_files_are_applied_once_and_after_the_functions_that_they_need(
    empty_database_url: str, empty: Any, write: Any
) -> None:
    schema = write(SHELF)
    first = ["0001_shelf", "functions/letters", "functions/title", "0002_book", "functions/books"]
    assert await apply(empty_database_url, schema) == first
    assert await apply(empty_database_url, schema) == []
    await empty.execute("insert into book values ('emma')")
    assert await empty.fetchval("select title from book") == "EMMA"


async def test_a_changed_function_file_is_applied_again_alone(empty_database_url: str, empty: Any, write: Any) -> None:
    await apply(empty_database_url, write(SHELF))
    changed = "create or replace function books() returns bigint language sql as 'select -1::bigint';"
    assert await apply(empty_database_url, write({"functions/books": changed})) == ["functions/books"]
    assert await empty.fetchval("select books()") == -1
    assert await apply(empty_database_url, write({})) == []


async def test_changed_function_files_share_a_transaction(empty_database_url: str, empty: Any, write: Any) -> None:
    await apply(empty_database_url, write(SHELF))
    broken = write({"functions/books": "drop function books();", "functions/title": "-- needs: letters\nnonsense;"})
    with pytest.raises(asyncpg.PostgresSyntaxError) as error:
        await migrate(empty_database_url, broken)
    assert error.value.__notes__ == ["In functions/title.sql of the schema."]
    assert await empty.fetchval("select books()") == 0, "the transaction was rolled back"


async def test_a_failing_table_file_leaves_those_before_it_applied_and_nothing_of_itself(
    empty_database_url: str, empty: Any, write: Any
) -> None:
    broken = write(SHELF | {"tables/0002_book": "create table book (name text); create table book (name text);"})
    with pytest.raises(asyncpg.DuplicateTableError):
        await migrate(empty_database_url, broken)
    assert await empty.fetchval("select to_regclass('book')") is None
    assert [row["name"] for row in await empty.fetch("select name from schema_files")] == ["0001_shelf"]
    mended = await apply(empty_database_url, write(SHELF))
    assert mended == ["functions/letters", "functions/title", "0002_book", "functions/books"]


async def test_a_changed_table_file_is_refused(empty_database_url: str, write: Any) -> None:
    await apply(empty_database_url, write(SHELF))
    changed = write({"tables/0001_shelf": "create table shelf (name text, length integer);"})
    for command in (pending, migrate):
        with pytest.raises(SchemaError, match=r"The file 0001_shelf\.sql has changed since Deskbell \S+ applied it"):
            await command(empty_database_url, changed)


async def test_a_database_of_a_newer_program_is_refused(empty_database_url: str, empty: Any, write: Any) -> None:
    older = write(SHELF)
    newer = write({"tables/0003_loan": "create table loan (name text);"})
    await apply(empty_database_url, newer)
    for command in (pending, migrate):
        with pytest.raises(NewerSchemaError, match=r"The database belongs to a newer Deskbell"):
            await command(empty_database_url, older)
    await empty.execute("update schema_files set version = '0.10.0' where name = 'functions/books'")
    applied = {file.name: Applied(file.checksum, "0.9.0") for file in newer.tables}
    assert newer.missing(applied, "0.9.0")
    with pytest.raises(NewerSchemaError, match=r"a newer Deskbell \(0\.10\.0\)"):
        newer.missing(applied | {"functions/books": Applied("", "0.10.0")}, "0.9.0")


async def test_a_database_from_before_the_first_release_is_refused(empty_database_url: str, empty: Any) -> None:
    await empty.execute("create table _yoyo_migration (migration_id text)")
    for command in (pending, migrate):
        with pytest.raises(SchemaError, match=r"made before release 0\.1, and cannot be upgraded\. Export"):
            await command(empty_database_url)


async def test_processes_that_migrate_together_apply_each_file_once(empty_database_url: str, write: Any) -> None:
    schema = write(SHELF)
    applied = await asyncio.gather(*(migrate(empty_database_url, schema) for _ in range(3)))
    assert sorted(map(len, applied)) == [0, 0, len(SHELF) + 1]


async def test_function_files_can_be_applied_again(dsn: str) -> None:
    described = (
        "select string_agg(concat(polname, polrelid::regclass, polpermissive, pg_get_expr(polqual, polrelid)), ' ' "
        "                  order by polrelid::regclass::text, polname) from pg_policy "
        "union all "
        "select string_agg(pg_get_triggerdef(oid), ' ' order by tgrelid::regclass::text, tgname) "
        "  from pg_trigger where not tgisinternal "
        "union all "
        "select string_agg(pg_get_functiondef(oid), ' ' order by oid::regprocedure::text) "
        "  from pg_proc where proname like 'deskbell%'"
    )
    connection = await asyncpg.connect(dsn)
    try:
        before = await connection.fetch(described)
        await connection.execute("update schema_files set checksum = '' where name like 'functions/%'")
        files = {f"functions/{path.stem}" for path in (SCHEMA / "functions").glob("*.sql")}
        assert set(await migrate(dsn)) == files
        assert await connection.fetch(described) == before
    finally:
        await connection.close()


async def test_a_policy_that_is_as_it_should_be_is_not_made_again(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        walls = "select oid from pg_policy where polname = 'organization_wall' order by oid"
        before = await connection.fetch(walls)
        assert before
        await connection.execute("update schema_files set checksum = '' where name = 'functions/row_security'")
        await migrate(dsn)
        assert await connection.fetch(walls) == before
        await connection.execute("alter policy organization_wall on tickets using (true)")
        await connection.execute("update schema_files set checksum = '' where name = 'functions/row_security'")
        await migrate(dsn)
        mended = await connection.fetchval(
            "select pg_get_expr(polqual, polrelid) from pg_policy "
            "where polrelid = 'tickets'::regclass and polname = 'organization_wall'"
        )
        assert "deskbell_organization" in mended
    finally:
        await connection.close()


async def test_a_newer_pgqueuer_brings_its_tables_up_though_no_file_of_ours_asks_for_it(dsn: str) -> None:
    await execute(dsn, "alter table pgqueuer drop column heartbeat")
    await execute(dsn, "comment on table pgqueuer is 'queue-0.1.0'")
    missing = await pending(dsn)
    assert [name.partition("-")[0] for name in missing] == ["queue"]
    assert await migrate(dsn) == missing
    assert await pending(dsn) == []
    await execute(dsn, "select heartbeat from pgqueuer")


async def test_a_queue_of_a_newer_pgqueuer_serves_this_version_too(dsn: str) -> None:
    await execute(dsn, "comment on table pgqueuer is 'queue-99.10.0'")
    assert await pending(dsn) == []
    assert await migrate(dsn) == []

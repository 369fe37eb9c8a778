"""Upgrades a database to this version's schema, and the queue's tables to the installed pgqueuer's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import asyncpg

from deskbell import __version__
from deskbell.runtime.schema_files import Applied, Schema, SchemaError, SchemaFile, numbers_in, our_schema

OLDEST_MAJOR: Final = 16
"""The oldest supported major version of PostgreSQL."""
_LOCK: Final = 0x6465736B62656C6C  # one migrating process at a time, whatever the host
_CONNECT_SECONDS: Final = 10
_RECORD: Final = """
create table schema_files (
  name text primary key,
  checksum text not null,
  version text not null,
  applied_at timestamptz not null default now()
)
"""


async def migrate(dsn: str, schema: Schema | None = None) -> list[str]:
    """Applies the missing files and returns their names, in order. Safe to call from many processes at a time.

    Raises SchemaError. If a file fails, the files of the transactions before it stay applied.
    """
    async with _connected(dsn) as connection:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        batches = (schema or our_schema()).missing(await applied_files(connection))
        if await connection.fetchval("select to_regclass('schema_files')") is None:
            await connection.execute(_RECORD)
        for batch in batches:
            async with connection.transaction():
                for file in batch:
                    await _apply(connection, file)
        return [file.name for batch in batches for file in batch] + await _install_queue(connection)


async def pending(dsn: str, schema: Schema | None = None) -> list[str]:
    """The names of the files that the database lacks. Raises SchemaError."""
    async with _connected(dsn) as connection:
        batches = (schema or our_schema()).missing(await applied_files(connection))
        return [file.name for batch in batches for file in batch] + await _missing_queue(connection)


async def applied_files(connection: Any) -> dict[str, Applied]:
    """The schema files that the database has recorded; empty for an empty database. Raises SchemaError."""
    if connection.get_server_version().major < OLDEST_MAJOR:
        found: str = await connection.fetchval("show server_version")
        raise SchemaError(f"The database is PostgreSQL {found}.", f"Use PostgreSQL {OLDEST_MAJOR} or newer.")
    if await connection.fetchval("select to_regclass('_yoyo_migration')") is not None:
        raise SchemaError(
            "The database was made before release 0.1, and cannot be upgraded.",
            "Export its organizations with the program that made it and import them into a new database; "
            "a data folder that holds only the demo can be deleted.",
        )
    if await connection.fetchval("select to_regclass('schema_files')") is None:
        return {}
    rows = await connection.fetch("select name, checksum, version from schema_files order by name")
    return {row["name"]: Applied(row["checksum"], row["version"]) for row in rows}


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(dsn, timeout=_CONNECT_SECONDS)
    try:
        # Functions keep this path through `set search_path from current`. Temporary tables come last, or a caller could
        # shadow a table with one.
        await connection.execute(
            "select set_config('search_path', quote_ident(coalesce(current_schema(), 'public')) || ', pg_temp', false)"
        )
        yield connection
    finally:
        await connection.close()


async def _apply(connection: Any, file: SchemaFile) -> None:
    try:
        await connection.execute(file.sql)
    except asyncpg.InsufficientPrivilegeError as error:
        raise SchemaError(
            f"The database login lacks a right that {file.name}.sql needs: {str(error).splitlines()[0]}.",
            'Grant it, or run `deskbell migrate` with another login; see the manual, "Several machines".',
        ) from error
    except asyncpg.PostgresError as error:
        error.add_note(f"In {file.name}.sql of the schema.")
        raise
    await connection.execute(
        "insert into schema_files (name, checksum, version) values ($1, $2, $3) "
        "on conflict (name) do update set checksum = $2, version = $3, applied_at = now()",
        *(file.name, file.checksum, __version__),
    )


async def _install_queue(connection: Any) -> list[str]:
    missing = await _missing_queue(connection)
    if not missing:
        return []
    from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver  # noqa: PLC0415 - slow to import
    from pgqueuer.adapters.persistence.queries import Queries  # noqa: PLC0415 - slow to import

    queue = Queries(AsyncpgDriver(connection))
    if await queue.schema_is_installed():
        await queue.upgrade()
    else:
        await queue.install()
    await connection.execute(f"comment on table pgqueuer is '{missing[0]}'")
    return missing


async def _missing_queue(connection: Any) -> list[str]:
    """The queue's name if its tables are missing or older than the installed pgqueuer; newer ones are compatible."""
    mark: str | None = await connection.fetchval("select obj_description(to_regclass('pgqueuer'), 'pg_class')")
    return [_queue_name()] if mark is None or numbers_in(mark) < numbers_in(_queue_name()) else []


@cache
def _queue_name() -> str:
    return f"queue-{version('pgqueuer')}"

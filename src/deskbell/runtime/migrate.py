"""Brings a database to this version's schema: plain SQL files in order, under a lock, then the queue's tables."""

import asyncio
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg
import psycopg

from deskbell.kernel.errors import DeskbellError

__all__ = ["OLDEST_MAJOR", "DatabaseTooOldError", "migrate", "pending"]

OLDEST_MAJOR: Final = 16
"""The oldest PostgreSQL that has all that the statements here need."""
MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x6465736B62656C6C  # one migrating process at a time, whatever the host
_PATIENCE: Final = 10  # seconds for the server to answer


class DatabaseTooOldError(DeskbellError):
    """The server is an older PostgreSQL than Deskbell needs; the message is one sentence for the operator."""


async def migrate(dsn: str) -> list[str]:
    """Applies what is missing and returns the names applied, in order. Safe to call from many processes at once."""
    applied = await asyncio.to_thread(_apply, dsn)
    return [*applied, *await _install_queue(dsn)]


async def pending(dsn: str) -> list[str]:
    """The names of migrations that this version has and the database has not. Raises DatabaseTooOldError."""
    connection = await asyncpg.connect(dsn, timeout=_PATIENCE)
    try:
        if connection.get_server_version().major < OLDEST_MAJOR:
            found: str = await connection.fetchval("show server_version")
            raise DatabaseTooOldError(f"The database is PostgreSQL {found}; Deskbell needs {OLDEST_MAJOR} or newer.")
        if await connection.fetchval("select to_regclass('_yoyo_migration')") is None:
            done: set[str] = set()
        else:
            done = {row[0] for row in await connection.fetch("select migration_id from _yoyo_migration")}
        queue = await _missing_queue(connection)
    finally:
        await connection.close()
    return [name for name in sorted(path.stem for path in MIGRATIONS.glob("*.sql")) if name not in done] + queue


async def _missing_queue(connection: Any) -> list[str]:
    """The queue's name if its tables are absent or of an older pgqueuer than ours; newer ones serve this version too."""
    mark: str | None = await connection.fetchval("select obj_description(to_regclass('pgqueuer'), 'pg_class')")
    return [_queue_name()] if mark is None or _numbers(mark) < _numbers(_queue_name()) else []


@cache
def _queue_name() -> str:
    return f"queue-{version('pgqueuer')}"


def _numbers(name: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", name)]


def _apply(dsn: str) -> list[str]:
    from yoyo import get_backend, read_migrations  # noqa: PLC0415 - only a migrating process needs it

    with psycopg.connect(dsn, autocommit=True) as guard:
        guard.execute("select pg_advisory_lock(%s)", (_LOCK,))
        row = guard.execute("select quote_ident(current_schema())").fetchone()
        backend: Any = get_backend(_psycopg_uri(dsn, schema=row[0] if row else "public"))
        try:
            missing = backend.to_apply(read_migrations(str(MIGRATIONS)))
            names = [migration.id for migration in missing]
            backend.apply_migrations(missing)
        finally:
            backend.connection.close()
    return names


def _psycopg_uri(dsn: str, *, schema: str) -> str:
    parts = urlsplit(dsn)
    arguments = dict(parse_qsl(parts.query))
    # `set search_path from current` in a migration then means this: a temporary table never stands in for ours. It is
    # said with the connection, for yoyo makes a new one for each migration.
    path = f"{schema}, pg_temp".replace("\\", "\\\\").replace(" ", "\\ ")
    arguments["options"] = f"{arguments.get('options', '')} -c search_path={path}".strip()
    # An empty host makes yoyo drop the `host=` argument that names a socket folder; user and database stay as they are.
    return urlunsplit(("postgresql+psycopg", parts.netloc, parts.path, urlencode(arguments, quote_via=quote), ""))


async def _install_queue(dsn: str) -> list[str]:
    from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver  # noqa: PLC0415 - slow to import
    from pgqueuer.adapters.persistence.queries import Queries  # noqa: PLC0415 - slow to import

    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        missing = await _missing_queue(connection)
        if not missing:
            return []
        queue = Queries(AsyncpgDriver(connection))
        if await queue.schema_is_installed():
            await queue.upgrade()
        else:
            await queue.install()
        await connection.execute(f"comment on table pgqueuer is '{missing[0]}'")
        return missing
    finally:
        await connection.close()

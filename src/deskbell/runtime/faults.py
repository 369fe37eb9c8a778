"""What the database's errors mean to a caller."""

from typing import Final

import asyncpg

from deskbell.kernel.errors import Conflict, DeskbellError, Invalid, Problem, Unavailable

lost: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection broke while a statement was under way
    ConnectionError,
)
"""Errors that mean the database is away or just came back, not that a statement is wrong."""

DATABASE_ERRORS: Final = (
    asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, Unavailable,
)  # fmt: skip
"""Everything that a statement can raise, and that there is no connection to be had for it."""

QUERY_STOPPED: Final = asyncpg.QueryCanceledError
"""The error of a statement that ran longer than `statement_timeout`."""


def refusal_of(error: Exception) -> DeskbellError | None:
    """The refusal that a database error means, or None for a fault of ours."""
    if isinstance(error, asyncpg.UniqueViolationError):
        return Conflict("already_exists")
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return Conflict("reference_broken")
    if isinstance(error, asyncpg.CharacterNotInRepertoireError | asyncpg.UntranslatableCharacterError):
        return Invalid([Problem.at("request", "nul")])
    if isinstance(error, asyncpg.DataError):
        return Invalid([Problem.at("request", "out_of_range")])
    if isinstance(error, QUERY_STOPPED):
        return Unavailable("statement_timeout")
    if isinstance(error, asyncpg.DiskFullError):
        return Unavailable("disk_full")
    if isinstance(error, asyncpg.DeadlockDetectedError | asyncpg.SerializationError):
        return Unavailable()
    return Unavailable() if isinstance(error, lost) else None

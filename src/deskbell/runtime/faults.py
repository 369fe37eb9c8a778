"""Database errors by their meaning for a caller."""

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
    asyncpg.InternalClientError,  # the connection broke during a statement
    ConnectionError,
)
"""Errors of an unavailable or restarting database, not of a statement."""

DATABASE_ERRORS: Final = (
    asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, Unavailable,
)  # fmt: skip
"""All errors of statements and of failing to get a connection."""

QUERY_STOPPED: Final = asyncpg.QueryCanceledError
"""The error of a statement that ran longer than `statement_timeout`."""


def refusal_of(error: Exception) -> DeskbellError | None:
    """The refusal for a database error; None if the error is a bug."""
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

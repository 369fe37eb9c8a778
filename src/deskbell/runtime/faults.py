"""What the database's errors mean to a caller."""

from typing import Final

import asyncpg

from deskbell.kernel.errors import Conflict, DeskbellError, FieldProblem, Invalid, Unavailable

__all__ = ["DATABASE_ERRORS", "QUERY_STOPPED", "lost", "refusal_of"]

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
        return Conflict("This already exists")
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return Conflict("This refers to something that does not exist, or is still referred to")
    if isinstance(error, asyncpg.CharacterNotInRepertoireError | asyncpg.UntranslatableCharacterError):
        return Invalid([FieldProblem("request", "Text must not contain NUL characters")])
    if isinstance(error, asyncpg.DataError):
        return Invalid([FieldProblem("request", "A value is out of the range that can be kept")])
    if isinstance(error, QUERY_STOPPED):
        return Unavailable("The request took too long and was stopped. Please try again, or ask for less.")
    if isinstance(error, asyncpg.DiskFullError):
        return Unavailable("The server has no room left for new data. Reading still works; please tell its operator.")
    if isinstance(error, asyncpg.DeadlockDetectedError | asyncpg.SerializationError):
        return Unavailable()
    return Unavailable() if isinstance(error, lost) else None

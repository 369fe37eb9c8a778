"""Statements of housekeeping on the runtime's own tables."""

from datetime import datetime

from deskbell.runtime.sql import Db

__all__ = ["forget_access_before", "forget_keys_before", "forget_windows_before"]


async def forget_keys_before(db: Db, moment: datetime) -> None:
    """Removes the answers kept for idempotency keys of all organizations that are older."""
    await db.execute("select deskbell_forget_keys($1)", moment)


async def forget_windows_before(db: Db, moment: datetime) -> None:
    """Removes the request counts of windows that ended earlier."""
    await db.execute("delete from request_counts where window_ends < $1", moment)


async def forget_access_before(db: Db, moment: datetime) -> None:
    """Removes sessions and API keys of all organizations that ended, or ran out, earlier."""
    await db.execute("select deskbell_forget_access($1)", moment)

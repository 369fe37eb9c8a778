"""Statements that delete expired rows of the runtime's tables."""

from datetime import datetime

from deskbell.runtime.sql import Db


async def delete_keys_before(db: Db, moment: datetime) -> None:
    """Deletes the responses kept for older idempotency keys, of all organizations."""
    await db.execute("select deskbell_forget_keys($1)", moment)


async def delete_windows_before(db: Db, moment: datetime) -> None:
    """Deletes the request counts of windows that ended before `moment`."""
    await db.execute("delete from request_counts where window_ends < $1", moment)


async def delete_access_before(db: Db, moment: datetime) -> None:
    """Deletes sessions and API keys that ended or expired before `moment`, of all organizations."""
    await db.execute("select deskbell_forget_access($1)", moment)


async def delete_job_log_before(db: Db, moment: datetime, limit: int) -> int:
    """Deletes entries of the queue's log, the oldest first, and returns their number.

    pgqueuer writes three entries for each job and deletes none.
    """
    return await db.execute(
        "delete from pgqueuer_log where id in "
        "(select l.id from pgqueuer_log l where l.created < $1 and l.aggregated order by l.created limit $2)",
        moment,
        limit,
    )


async def delete_job_statistics_before(db: Db, moment: datetime, limit: int) -> int:
    """Deletes the queue's statistics per second, which it aggregates from its log, and returns their number."""
    return await db.execute(
        "delete from pgqueuer_statistics where id in "
        "(select s.id from pgqueuer_statistics s where s.created < $1 order by s.id limit $2)",
        moment,
        limit,
    )

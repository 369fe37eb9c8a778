"""Statements of housekeeping on the runtime's own tables."""

from datetime import datetime

from deskbell.runtime.sql import Db


async def forget_keys_before(db: Db, moment: datetime) -> None:
    """Removes the answers kept for idempotency keys of all organizations that are older."""
    await db.execute("select deskbell_forget_keys($1)", moment)


async def forget_windows_before(db: Db, moment: datetime) -> None:
    """Removes the request counts of windows that ended earlier."""
    await db.execute("delete from request_counts where window_ends < $1", moment)


async def forget_access_before(db: Db, moment: datetime) -> None:
    """Removes sessions and API keys of all organizations that ended, or ran out, earlier."""
    await db.execute("select deskbell_forget_access($1)", moment)


async def forget_job_notes_before(db: Db, moment: datetime, how_many: int) -> int:
    """Removes what the queue noted of jobs earlier, the oldest first; says how many notes.

    It writes three for each job and removes none by itself.
    """
    return await db.execute(
        "delete from pgqueuer_log where id in "
        "(select l.id from pgqueuer_log l where l.created < $1 and l.aggregated order by l.created limit $2)",
        moment,
        how_many,
    )


async def forget_job_sums_before(db: Db, moment: datetime, how_many: int) -> int:
    """Removes the sums by the second that the queue made of such notes; says how many."""
    return await db.execute(
        "delete from pgqueuer_statistics where id in "
        "(select s.id from pgqueuer_statistics s where s.created < $1 order by s.id limit $2)",
        moment,
        how_many,
    )

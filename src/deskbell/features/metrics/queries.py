"""SQL of ticket metrics. Each statement scans the tickets of one span by the index on their creation time."""

from datetime import datetime

from deskbell.features.metrics.records import Durations
from deskbell.runtime.rows import read_one
from deskbell.runtime.sql import Db, Fragment, sql


def _filed(start: datetime, end: datetime) -> Fragment:
    return sql("t.deleted_at is null and t.created_at >= {} and t.created_at < {}", start, end)


async def by_status(db: Db, start: datetime, end: datetime) -> dict[str, int]:
    """The number of tickets created in a span, by status."""
    rows = await db.fetch_all(
        sql("select t.status, count(*) as n from tickets t where {} group by 1", _filed(start, end))
    )
    return {row["status"]: row["n"] for row in rows}


async def first_response(db: Db, start: datetime, end: datetime) -> Durations:
    """Durations from creation to the first public comment by staff, of the tickets created in a span that have one."""
    return await _durations(db, sql("t.first_response_at"), start, end)


async def resolution(db: Db, start: datetime, end: datetime) -> Durations:
    """Durations from creation to solution (or closing unsolved), of the tickets created in a span that are done."""
    return await _durations(db, sql("t.solved_at"), start, end)


async def _durations(db: Db, moment: Fragment, start: datetime, end: datetime) -> Durations:
    row = await db.fetch_one(
        sql(
            "select count(d.seconds) as count, percentile_cont(0.5) within group (order by d.seconds) as median, "
            "percentile_cont(0.9) within group (order by d.seconds) as p90, avg(d.seconds)::float8 as mean "
            "from (select extract(epoch from {} - t.created_at)::float8 as seconds from tickets t "
            "where {} and {} is not null) d",
            moment,
            _filed(start, end),
            moment,
        )
    )
    return read_one(Durations, row) or Durations(0, None, None, None)


async def reopenings(db: Db, start: datetime, end: datetime) -> tuple[int, int]:
    """The number of tickets created in a span that were reopened, and the number of reopenings."""
    row = await db.fetch_one(
        sql(
            "select count(*) filter (where t.reopen_count > 0) as tickets, coalesce(sum(t.reopen_count), 0)::int as times "
            "from tickets t where {}",
            _filed(start, end),
        )
    )
    return (0, 0) if row is None else (row["tickets"], row["times"])

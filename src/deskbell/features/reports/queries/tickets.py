"""SQL of tickets created and resolved in a period."""

from datetime import date, datetime
from typing import Any, Final

from deskbell.features.metrics.records import Durations
from deskbell.features.reports.period import Period
from deskbell.features.reports.records import Cell, HourCount
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, Fragment, all_of, sql

CREATED: Final = sql("t.created_at")
SOLVED: Final = sql("t.solved_at")


def filed(period: Period) -> Fragment:
    """The rows of `tickets t` that were created in a period."""
    return all_of(
        [
            sql("t.deleted_at is null and t.created_at >= {} and t.created_at < {}", period.start, period.end),
            period.only,
        ]
    )


def resolved(period: Period) -> Fragment:
    """The rows of `tickets t` that are done and were resolved in a period."""
    done = sql(
        "t.deleted_at is null and t.solved_at is not null and t.solved_at >= {} and t.solved_at < {}",
        period.start,
        period.end,
    )
    return all_of([done, period.only])


def rated(period: Period) -> Fragment:
    """The rows of `ticket_feedback f`, joined with `tickets t`, that were given in a period."""
    given = sql("t.deleted_at is null and f.created_at >= {} and f.created_at < {}", period.start, period.end)
    return all_of([given, period.only])


def bucket(period: Period, moment: Fragment) -> Fragment:
    """The first local day of the bucket that a time belongs to."""
    return sql("date_trunc({}::text, {} at time zone {}::text)::date", period.grouping, moment, period.zone)


DURATIONS: Final = sql(
    "count(d.seconds)::int as count, percentile_cont(array[0.5, 0.9]) within group (order by d.seconds) as percentiles, "
    "avg(d.seconds) as mean"
)
"""The columns of `durations_of` over `d.seconds`; one sort gives median and 90th percentile."""


def durations_of(row: Any) -> Durations:
    """Durations from the columns `DURATIONS`."""
    median, p90 = row["percentiles"] or (None, None)
    return Durations(row["count"], median, p90, row["mean"])


async def first_ticket_at(db: Db) -> datetime | None:
    """The creation time of the entered organization's first ticket."""
    found: datetime | None = await db.fetch_value(
        "select t.created_at from tickets t where t.organization_id = (select deskbell_organization()) "
        "and t.deleted_at is null order by t.organization_id, t.created_at, t.id limit 1"
    )
    return found


async def cells(db: Db, period: Period) -> list[Cell]:
    """The tickets created in a period, by bucket, current status and current priority."""
    rows = await db.fetch_all(
        sql(
            "select {} as bucket, t.status, t.priority, count(*)::int as n, "
            "(count(*) filter (where t.reopen_count > 0))::int as reopened, sum(t.reopen_count)::int as reopenings "
            "from tickets t where {} group by 1, 2, 3",
            bucket(period, CREATED),
            filed(period),
        )
    )
    return read(Cell, rows)


async def first_responses(db: Db, period: Period) -> dict[date | None, Durations]:
    """Durations from creation to first response, of the tickets created in each bucket; under None, of the period."""
    return await _durations(db, period, CREATED, sql("t.first_response_at"), filed(period))


async def resolutions(db: Db, period: Period) -> dict[date | None, Durations]:
    """Durations from creation to resolution, of the tickets resolved in each bucket; under None, of the period."""
    return await _durations(db, period, SOLVED, SOLVED, resolved(period))


async def _durations(
    db: Db, period: Period, belongs: Fragment, ended: Fragment, wanted: Fragment
) -> dict[date | None, Durations]:
    rows: list[Any] = await db.fetch_all(
        sql(
            "select d.day, {} from (select {} as day, date_part('epoch', {} - t.created_at) as seconds from tickets t "
            "where {} and {} is not null) d group by grouping sets ((d.day), ())",
            DURATIONS,
            bucket(period, belongs),
            ended,
            wanted,
            ended,
        )
    )
    return {row["day"]: durations_of(row) for row in rows}


async def backlog_before(db: Db, period: Period) -> int:
    """The number of tickets that were filed before a period and not done when it began, by their present state."""
    filed_before = sql("t.deleted_at is null and t.created_at < {}", period.start)
    return int(
        await db.fetch_value(
            sql(
                "select (select count(*) from tickets t where {} and t.solved_at is null) "
                "+ (select count(*) from tickets t where {} and t.solved_at >= {})",
                all_of([filed_before, period.only]),
                all_of([filed_before, period.only]),
                period.start,
            )
        )
    )


async def by_hour(db: Db, period: Period) -> list[HourCount]:
    """The tickets created in a period, by weekday and hour of the organization's clock."""
    return read(
        HourCount,
        await db.fetch_all(
            sql(
                "select extract(isodow from at)::int as weekday, extract(hour from at)::int as hour, count(*)::int as count "
                "from (select t.created_at at time zone {}::text as at from tickets t where {}) filed group by 1, 2",
                period.zone,
                filed(period),
            ),
            by_name=True,
        ),
    )

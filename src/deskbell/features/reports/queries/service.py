"""Service levels and satisfaction of a period."""

from datetime import date

from deskbell.features.reports.period import Period
from deskbell.features.reports.queries.tickets import CREATED, bucket, filed, resolved
from deskbell.features.reports.records import Kept
from deskbell.runtime.sql import Db, sql

__all__ = ["count_resolved", "kept", "ratings"]


async def kept(db: Db, period: Period) -> list[tuple[date, str, Kept, Kept]]:
    """First response and resolution of the tickets filed in a period, by part and present priority.

    A target is kept when the ticket was answered, or solved, before it was used up; a ticket without one is not counted.
    """
    rows = await db.fetch_all(
        sql(
            "select {}, t.priority, "
            "(count(*) filter (where t.first_response_breached_at is null and t.first_response_at is not null "
            "                    and t.first_response_target is not null))::int, "
            "(count(*) filter (where t.first_response_breached_at is not null))::int, "
            "(count(*) filter (where t.first_response_breached_at is null and t.first_response_at is null "
            "                    and t.first_response_target is not null and t.solved_at is null))::int, "
            "(count(*) filter (where t.resolution_breached_at is null and t.solved_at is not null "
            "                    and t.resolution_target is not null))::int, "
            "(count(*) filter (where t.resolution_breached_at is not null))::int, "
            "(count(*) filter (where t.resolution_breached_at is null and t.solved_at is null "
            "                    and t.resolution_target is not null))::int "
            "from tickets t where {} group by 1, 2",
            bucket(period, CREATED),
            filed(period),
        )
    )
    return [(row[0], row[1], Kept(row[2], row[3], row[4]), Kept(row[5], row[6], row[7])) for row in rows]


async def ratings(db: Db, period: Period) -> list[tuple[date, int, int]]:
    """The ratings given in a period, of tickets that are not deleted: part, rating, how often."""
    rows = await db.fetch_all(
        sql(
            "select {}, f.rating::int, count(*)::int from ticket_feedback f "
            "join tickets t on t.organization_id = f.organization_id and t.id = f.ticket_id "
            "where t.deleted_at is null and f.created_at >= {} and f.created_at < {} group by 1, 2",
            bucket(period, sql("f.created_at")),
            period.start,
            period.end,
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def count_resolved(db: Db, period: Period) -> int:
    """How many tickets were resolved in a period."""
    return int(await db.fetch_value(sql("select count(*) from tickets t where {}", resolved(period))))

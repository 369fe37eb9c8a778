"""SQL of service levels and satisfaction in a period."""

from datetime import date

from msgspec import Struct

from deskbell.features.reports.period import Period
from deskbell.features.reports.queries.tickets import CREATED, bucket, filed, rated, resolved
from deskbell.features.reports.records import SlaBucket
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql


class KeptTargets(SlaBucket, frozen=True):
    """Both targets over the tickets of one bucket and one priority."""

    priority: str


class Rating(Struct, frozen=True):
    """The count of a rating in one bucket."""

    day: date
    rating: int
    n: int


async def kept(db: Db, period: Period) -> list[KeptTargets]:
    """First response and resolution of the tickets created in a period, by bucket and current priority.

    A target is met when the ticket was answered, or solved, in time; tickets without a target are not counted.
    """
    rows = await db.fetch_all(
        sql(
            "select {} as day, t.priority, "
            "(count(*) filter (where t.first_response_breached_at is null and t.first_response_at is not null "
            "                    and t.first_response_target is not null))::int as first_response_met, "
            "(count(*) filter (where t.first_response_breached_at is not null))::int as first_response_breached, "
            "(count(*) filter (where t.first_response_breached_at is null and t.first_response_at is null "
            "                    and t.first_response_target is not null "
            "                    and t.solved_at is null))::int as first_response_pending, "
            "(count(*) filter (where t.resolution_breached_at is null and t.solved_at is not null "
            "                    and t.resolution_target is not null))::int as resolution_met, "
            "(count(*) filter (where t.resolution_breached_at is not null))::int as resolution_breached, "
            "(count(*) filter (where t.resolution_breached_at is null and t.solved_at is null "
            "                    and t.resolution_target is not null))::int as resolution_pending "
            "from tickets t where {} group by 1, 2",
            bucket(period, CREATED),
            filed(period),
        )
    )
    return read(KeptTargets, rows)


async def ratings(db: Db, period: Period) -> list[Rating]:
    """The ratings given in a period, of tickets that are not deleted."""
    rows = await db.fetch_all(
        sql(
            "select {} as day, f.rating::int as rating, count(*)::int as n from ticket_feedback f "
            "join tickets t on t.organization_id = f.organization_id and t.id = f.ticket_id "
            "where {} group by 1, 2",
            bucket(period, sql("f.created_at")),
            rated(period),
        )
    )
    return read(Rating, rows)


async def count_resolved(db: Db, period: Period) -> int:
    """The number of tickets resolved in a period."""
    return int(await db.fetch_value(sql("select count(*) from tickets t where {}", resolved(period))))

"""SQL of tickets by the values of a field."""

from msgspec import Struct

from deskbell.features.reports.period import Period
from deskbell.features.reports.queries.tickets import filed, resolved
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql


class Counted(Struct, frozen=True):
    """The tickets with a value: its word, or its number as text; None counts those without any."""

    value: str | None
    created: int
    resolved: int


async def by_value(db: Db, number: int, period: Period) -> list[Counted]:
    """The tickets created and resolved in a period, by the values of a field. One with several values counts for each."""
    return read(
        Counted,
        await db.fetch_all(
            sql(
                "select coalesce(v.word, v.number::text) as value, (count(*) filter (where {}))::int as created, "
                "(count(*) filter (where {}))::int as resolved from tickets t left join ticket_values v "
                "on v.organization_id = t.organization_id and v.ticket_id = t.id and v.field = {}::smallint "
                "where ({}) or ({}) group by 1",
                filed(period), resolved(period), number, filed(period), resolved(period),
            ),
            by_name=True,
        ),
    )  # fmt: skip

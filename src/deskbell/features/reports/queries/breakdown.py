"""SQL of tickets by what they belong to: group, agent, tag and the like."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from deskbell.features.reports.period import Period
from deskbell.features.reports.queries.tickets import filed, resolved
from deskbell.features.reports.records import Dimension
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, Fragment, sql

MOST_PARTS: Final = 200
"""The largest number of parts of a breakdown: those with the most tickets."""


class Part(Struct, frozen=True):
    """The tickets of one group, agent, tag or word.

    `label` is None for those without any, and `written` how the search language names it: None where it would find others,
    too.
    """

    label: str | None
    written: str | None
    created: int
    resolved: int
    first_response: float | None
    resolution: float | None


class _Source(Struct, frozen=True):
    """The columns `label` and `written` of a part, the tables joined to `tickets t` that they come from, and their keys."""

    label: Fragment
    written: Fragment
    joins: Fragment
    keys: Fragment


def _named(table: Fragment, column: Fragment) -> _Source:
    """A directory whose entries are found by words of their names: an entry is named where its words fit no other."""
    return _Source(
        label=sql("max(n.name)"),
        written=sql(
            "case when min(n.id::text) is null or not exists (select from {} o where o.organization_id = (select "
            "deskbell_organization()) and o.deleted_at is null and o.id <> min(n.id::text)::uuid "
            "and deskbell_is_called(o.name, array[lower(max(n.name))])) then max(n.name) end",
            table,
        ),
        joins=sql(
            "left join {} n on n.organization_id = t.organization_id and n.id = {} and n.deleted_at is null",
            table,
            column,
        ),
        keys=sql("n.id"),
    )


def _word(column: Fragment) -> _Source:
    return _Source(sql("{}", column), sql("{}", column), sql(""), column)


_SOURCES: Final[Mapping[Dimension, _Source]] = {
    "group": _named(sql("groups"), sql("t.group_id")),
    "category": _named(sql("categories"), sql("t.category_id")),
    "agent": _Source(
        sql("max(n.name)"), sql("max(n.email)"),
        sql("left join memberships n on n.organization_id = t.organization_id and n.user_id = t.assignee_id"),
        sql("t.assignee_id"),
    ),
    "tag": _Source(
        sql("max(n.name)"), sql("max(n.name)"),
        sql(
            "left join lateral (select distinct on (l.name_key) l.name, l.name_key from ticket_tags k "
            "join tags l on l.organization_id = k.organization_id and l.id = k.tag_id and l.deleted_at is null "
            "where k.organization_id = t.organization_id and k.ticket_id = t.id order by l.name_key, l.name) n on true"
        ),
        sql("n.name_key"),
    ),
    "channel": _word(sql("t.channel")),
    "type": _word(sql("t.type")),
    "priority": _word(sql("t.priority")),
    "status": _word(sql("t.status")),
}  # fmt: skip


async def by_dimension(db: Db, dimension: Dimension, period: Period) -> list[Part]:
    """The tickets created and resolved in a period by what they belong to, the largest parts first.

    A ticket with several tags counts for each. Durations are medians in seconds.
    """
    source = _SOURCES[dimension]
    in_period, done = filed(period), resolved(period)
    return read(
        Part,
        await db.fetch_all(
            sql(
                "select {} as label, {} as written, (count(*) filter (where {}))::int as created, "
                "(count(*) filter (where {}))::int as resolved, "
                "percentile_cont(0.5) within group (order by date_part('epoch', t.first_response_at - t.created_at)) "
                "filter (where {}) as first_response, "
                "percentile_cont(0.5) within group (order by date_part('epoch', t.solved_at - t.created_at)) "
                "filter (where {}) as resolution "
                "from tickets t {} where ({}) or ({}) group by {} order by count(*) desc, 1 limit {}",
                source.label, source.written, in_period, done, in_period, done, source.joins, in_period, done, source.keys,
                MOST_PARTS,
            ),
            by_name=True,
        ),
    )  # fmt: skip

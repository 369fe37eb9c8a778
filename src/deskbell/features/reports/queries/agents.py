"""SQL of the figures of agents in a period. A ticket counts for its current assignee."""

from typing import Any
from uuid import UUID

from deskbell.features.reports.period import Period
from deskbell.features.reports.queries.tickets import DURATIONS, durations_of, filed, rated, resolved
from deskbell.features.reports.records import AgentFigures
from deskbell.kernel.permissions import Role
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, Fragment, sql


async def staff(db: Db, only: list[UUID] | None = None) -> list[AgentFigures]:
    """The agents, without figures: all current ones, or `only` these, including removed members."""
    wanted = sql("m.ended_at is null") if only is None else sql("m.user_id = any({}::uuid[])", only)
    rows = await db.fetch_all(
        sql(
            "select m.user_id as id, m.name, m.email, m.role from memberships m where m.role <> 'customer' and {} "
            "order by m.name_key, m.user_id",
            wanted,
        )
    )
    return read(AgentFigures, rows)


async def role_of(db: Db, user_id: UUID) -> Role | None:
    """A current member's role in the entered organization."""
    found = await db.fetch_value(
        sql("select m.role from memberships m where m.user_id = {} and m.ended_at is null", user_id)
    )
    return None if found is None else Role(found)


async def organization_name(db: Db) -> str:
    """The entered organization's name."""
    return str(await db.fetch_value("select name from organizations where id = (select deskbell_organization())"))


async def figures(db: Db, period: Period, only: list[UUID] | None = None) -> dict[UUID, dict[str, Any]]:
    """The fields of `AgentFigures` by agent, where there are any; `only` filters by agent."""
    theirs = sql("t.assignee_id is not null") if only is None else sql("t.assignee_id = any({}::uuid[])", only)
    found: dict[UUID, dict[str, Any]] = {}
    for row in await db.fetch_all(_assigned(period, theirs)):
        fields = {"assigned": row["assigned"], "first_response": durations_of(row)}
        found.setdefault(row["assignee_id"], {}).update(fields)
    for row in await db.fetch_all(_resolved(period, theirs)):
        resolution = durations_of(row)
        fields = {"resolved": resolution.count, "promised": row["promised"], "kept": row["kept"]}
        found.setdefault(row["assignee_id"], {}).update(fields, resolution=resolution)
    for row in await db.fetch_all(_rated(period, theirs)):
        found.setdefault(row["assignee_id"], {}).setdefault("ratings", {})[row["rating"]] = row["n"]
    return found


def _assigned(period: Period, theirs: Fragment) -> Fragment:
    return sql(
        "select d.assignee_id, count(*)::int as assigned, {} "
        "from (select t.assignee_id, date_part('epoch', t.first_response_at - t.created_at) as seconds "
        "from tickets t where {} and {}) d group by 1",
        DURATIONS,
        filed(period),
        theirs,
    )


def _resolved(period: Period, theirs: Fragment) -> Fragment:
    return sql(
        "select d.assignee_id, (count(*) filter (where d.promised))::int as promised, "
        "(count(*) filter (where d.promised and d.kept))::int as kept, {} "
        "from (select t.assignee_id, date_part('epoch', t.solved_at - t.created_at) as seconds, "
        "t.first_response_target is not null or t.resolution_target is not null as promised, "
        "t.first_response_breached_at is null and t.resolution_breached_at is null as kept "
        "from tickets t where {} and {}) d group by 1",
        DURATIONS,
        resolved(period),
        theirs,
    )


def _rated(period: Period, theirs: Fragment) -> Fragment:
    return sql(
        "select t.assignee_id, f.rating::int as rating, count(*)::int as n from ticket_feedback f "
        "join tickets t on t.organization_id = f.organization_id and t.id = f.ticket_id "
        "where {} and {} group by 1, 2",
        rated(period),
        theirs,
    )

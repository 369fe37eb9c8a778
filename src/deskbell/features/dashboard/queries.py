"""SQL of the dashboard: precomputed counts for current figures, index ranges for past ones."""

from datetime import date, datetime
from uuid import UUID

from deskbell.features.dashboard.records import Activity, FirstSteps, TicketCount
from deskbell.kernel.actor import Actor
from deskbell.kernel.events import decode_event
from deskbell.runtime.journal.description import describe, visible_to
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import Db, Fragment, sql

_ACTIVITY = ("ticket.created", "ticket.updated", "ticket.assigned", "comment.added")
reader("activity", "The activity on the dashboard.", types=_ACTIVITY)


async def counts(db: Db) -> list[TicketCount]:
    """All tickets by status and priority, from the precomputed counts."""
    rows = await db.fetch_all(
        "select c.status, c.priority, sum(c.n)::int as n, coalesce(sum(c.n) filter (where c.assigned), 0)::int as assigned "
        "from ticket_counts c where c.dimension = 'kind' group by 1, 2 order by 1, 2"
    )
    return read(TicketCount, rows)


async def counts_of(db: Db, assignee_id: UUID) -> list[TicketCount]:
    """The tickets of an assignee by status and priority, from the precomputed counts."""
    rows = await db.fetch_all(
        sql(
            "select c.status, c.priority, sum(c.n)::int as n, sum(c.n)::int as assigned from ticket_counts c "
            "where c.dimension = 'assignee' and c.key = {} group by 1, 2 order by 1, 2",
            assignee_id,
        )
    )
    return read(TicketCount, rows)


async def created_per_day(
    db: Db, zone: str, start: datetime, end: datetime, assignee_id: UUID | None = None
) -> dict[date, int]:
    """The number of existing tickets created on each day of a time zone, from `start` to before `end`."""
    rows = await db.fetch_all(
        sql(
            "select (t.created_at at time zone {}::text)::date as day, count(*) as n from tickets t "
            "where t.deleted_at is null and t.created_at >= {} and t.created_at < {} and {} group by 1",
            zone,
            start,
            end,
            _of(assignee_id),
        )
    )
    return {row["day"]: row["n"] for row in rows}


async def resolved_per_day(
    db: Db, zone: str, start: datetime, end: datetime, assignee_id: UUID | None = None
) -> dict[date, int]:
    """The number of solved and closed tickets resolved on each day, from `start` to before `end`."""
    rows = await db.fetch_all(
        sql(
            "select (t.solved_at at time zone {}::text)::date as day, count(*) as n from tickets t "
            "where t.deleted_at is null and t.solved_at >= {} and t.solved_at < {} and {} group by 1",
            zone,
            start,
            end,
            _of(assignee_id),
        )
    )
    return {row["day"]: row["n"] for row in rows}


async def average_first_response(db: Db, since: datetime) -> float | None:
    """The mean seconds from creation to first response, of the tickets created since then that have one."""
    value = await db.fetch_value(
        sql(
            "select avg(extract(epoch from t.first_response_at - t.created_at))::float8 from tickets t "
            "where t.deleted_at is null and t.created_at >= {} and t.first_response_at is not null",
            since,
        )
    )
    return None if value is None else float(value)


async def average_resolution(db: Db, since: datetime) -> float | None:
    """The mean seconds from creation to resolution, of the tickets resolved since then."""
    value = await db.fetch_value(
        sql(
            "select avg(extract(epoch from t.solved_at - t.created_at))::float8 from tickets t "
            "where t.deleted_at is null and t.solved_at >= {}",
            since,
        )
    )
    return None if value is None else float(value)


def _of(assignee_id: UUID | None) -> Fragment:
    return sql("true") if assignee_id is None else sql("t.assignee_id = {}", assignee_id)


async def overdue(db: Db, now: datetime, assignee_id: UUID | None = None) -> int:
    """The number of open tickets that have missed a running target.

    Counts marked tickets, and those whose target was missed after the last marking.
    """
    return int(
        await db.fetch_value(
            sql(
                "select (select count(*) from tickets t where t.deleted_at is null "
                "and t.status in ('new', 'open', 'pending', 'hold') and (t.resolution_breached_at is not null "
                "or (t.first_response_breached_at is not null and t.first_response_at is null)) and {}) "
                "+ (select count(*) from tickets t where t.clock_next_at is not null and t.deleted_at is null "
                "and t.clock_next_at <= {} and t.resolution_breached_at is null and t.first_response_breached_at is null "
                "and (t.resolution_due_at <= {} or (t.first_response_at is null and t.first_response_due_at <= {})) and {})",
                _of(assignee_id),
                now,
                now,
                now,
                _of(assignee_id),
            )
        )
    )


async def recent_activity(db: Db, actor: Actor, limit: int) -> list[Activity]:
    """The latest events of existing tickets that a staff member may see, newest first."""
    rows = await db.fetch_all(
        sql(
            "select e.id, e.at, e.actor_id, m.name as actor_name, t.id as ticket_id, t.number, t.subject, "
            "e.type, e.payload from events e "
            "join tickets t on t.organization_id = e.organization_id and t.id = e.ticket_id "
            "left join memberships m on m.organization_id = e.organization_id and m.user_id = e.actor_id "
            "where e.organization_id = (select deskbell_organization()) and t.deleted_at is null "
            "and e.type = any({}) and {} order by e.at desc, e.id desc limit {}",
            list(_ACTIVITY),
            visible_to(actor),
            limit,
        )
    )
    return [
        Activity(
            id=row["id"], at=row["at"], actor_id=row["actor_id"], actor_name=row["actor_name"],
            ticket_id=row["ticket_id"], number=row["number"], subject=row["subject"],
            step=step,
        )
        for row in rows
        if (step := describe(decode_event(row["type"], row["payload"]), staff=actor.is_staff)) is not None
    ]  # fmt: skip


async def first_steps(db: Db) -> FirstSteps:
    """The first steps that the entered organization has done."""
    row = await db.fetch_one(
        "select o.settings ->> 'business_name' is not null as named, "
        "exists (select from brands b where b.organization_id = o.id and b.logo is not null and b.deleted_at is null) as logo, "
        "exists (select from mailboxes m where m.organization_id = o.id and m.enabled "
        "and (not m.is_default or exists (select from imap_accounts i where i.organization_id = o.id "
        "and i.mailbox_id = m.id))) as mailbox, "
        "(select count(*) from (select from memberships p where p.organization_id = o.id and p.role <> 'customer' "
        "and p.ended_at is null limit 2) staff) > 1 as team, "
        "exists (select from canned_responses c where c.organization_id = o.id) as canned_response, "
        "exists (select from forms f where f.organization_id = o.id) as form, "
        "exists (select from tickets t where t.organization_id = o.id) as tickets "
        "from organizations o where o.id = (select deskbell_organization())"
    )
    found = read_one(FirstSteps, row)
    assert found is not None, "the entered organization exists"
    return found

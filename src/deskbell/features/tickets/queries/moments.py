"""Moments of automations: those that come next, and the marks of those that fired."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.rules.moments import Mark
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql

reader("anchors", "The moments of imported tickets from which automations count.", types=("ticket.updated",))


class RuleMark(Struct, frozen=True):
    """A mark of a rule on a ticket."""

    ticket_id: UUID
    rule_id: UUID
    anchor_at: datetime
    times: int
    fired_at: datetime


async def marks_of(db: Db, ticket_id: UUID) -> dict[UUID, Mark]:
    """The marks of a ticket, by rule."""
    return (await marks_of_many(db, [ticket_id])).get(ticket_id, {})


async def marks_of_many(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, Mark]]:
    """The marks of tickets, by ticket and rule."""
    rows = await db.fetch_all(
        sql(
            "select m.ticket_id, m.rule_id, m.anchor_at, m.times, m.fired_at from automation_marks m "
            "where m.organization_id = (select deskbell_organization()) and m.ticket_id = any({})",
            list(ticket_ids),
        )
    )
    found: dict[UUID, dict[UUID, Mark]] = {}
    for each in read(RuleMark, rows):
        found.setdefault(each.ticket_id, {})[each.rule_id] = Mark(each.anchor_at, each.times, each.fired_at)
    return found


async def note_fired(db: Db, organization_id: UUID, ticket_id: UUID, rule_id: UUID, mark: Mark) -> None:
    """Notes that a rule has fired on a ticket."""
    await db.execute(
        sql(
            "insert into automation_marks (organization_id, ticket_id, rule_id, anchor_at, times, fired_at) "
            "values ({}, {}, {}, {}, {}, {}) on conflict (organization_id, ticket_id, rule_id) do update "
            "set anchor_at = excluded.anchor_at, times = excluded.times, fired_at = excluded.fired_at",
            organization_id, ticket_id, rule_id, mark.anchor_at, mark.times, mark.fired_at,
        )
    )  # fmt: skip


async def write_moments(db: Db, ticket_ids: Sequence[UUID], moments: Sequence[datetime | None]) -> None:
    """Writes the next moments of locked tickets. It is no change of the ticket: its version stays."""
    await db.execute(
        sql(
            "update tickets t set moment_next_at = n.moment from unnest({}::uuid[], {}::timestamptz[]) n (id, moment) "
            "where t.id = n.id and t.moment_next_at is distinct from n.moment",
            list(ticket_ids),
            list(moments),
        )
    )


async def next_moments(db: Db, limit: int, passed_over: Sequence[UUID] = ()) -> list[tuple[UUID, UUID, datetime]]:
    """Organization, ticket and time of the next moments, soonest first; those of some organizations are passed over."""
    rows = await db.fetch_all(
        "select organization_id, ticket_id, moment from deskbell_automation_moments($1, $2)", limit, list(passed_over)
    )
    return [(row["organization_id"], row["ticket_id"], row["moment"]) for row in rows]


async def lock_due(db: Db, ticket_id: UUID, now: datetime) -> bool:
    """Locks a ticket whose moment has come; False if it has not any more, or another transaction holds the ticket."""
    row = await db.fetch_one(
        sql(
            "select t.id from tickets t where t.id = {} and t.moment_next_at <= {} and t.deleted_at is null "
            "for no key update skip locked",
            ticket_id,
            now,
        )
    )
    return row is not None


async def lock_unclosed(db: Db, after: UUID, limit: int) -> list[UUID]:
    """The next tickets by id that are not closed, locked."""
    rows = await db.fetch_all(
        sql(
            "select t.id from tickets t where t.id > {} and t.status <> 'closed' and t.deleted_at is null "
            "order by t.id limit {} for no key update",
            after,
            limit,
        )
    )
    return [row["id"] for row in rows]


async def fill_anchors(db: Db, ticket_ids: Sequence[UUID]) -> None:
    """Fills the anchors of imported tickets from their comments and history."""
    await db.execute(
        sql(
            "update tickets t set "
            "status_since = coalesce((select max(e.at) from events e where e.organization_id = t.organization_id "
            "and e.ticket_id = t.id and e.type = 'ticket.updated' and e.payload -> 'changes' ? 'status'), t.created_at), "
            "assigned_since = case when t.assignee_id is not null then coalesce(t.assigned_since, t.created_at) end, "
            "customer_wrote_at = greatest(t.created_at, (select max(c.created_at) from comments c "
            "join memberships m on m.organization_id = c.organization_id and m.user_id = c.author_id "
            "where c.organization_id = t.organization_id and c.ticket_id = t.id and c.public and not c.automatic "
            "and (m.role = 'customer' or c.author_id = t.requester_id))), "
            "staff_wrote_at = (select max(c.created_at) from comments c "
            "join memberships m on m.organization_id = c.organization_id and m.user_id = c.author_id "
            "where c.organization_id = t.organization_id and c.ticket_id = t.id and c.public and not c.automatic "
            "and m.role <> 'customer' and c.author_id <> t.requester_id) "
            "where t.id = any({}) and t.status_since is null",
            list(ticket_ids),
        )
    )

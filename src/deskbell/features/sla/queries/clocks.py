"""SQL of clocks: those due next, those not computed yet, those with outdated targets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from deskbell.features.sla.history import History
from deskbell.features.sla.records import PolicyEffect, SlaPolicy
from deskbell.features.tickets.queries.deadlines import CLOCKS
from deskbell.kernel.deadlines import Deadlines
from deskbell.kernel.events import Change
from deskbell.kernel.sla_clock import Policy
from deskbell.kernel.words import Priority
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql

reader("clocks", "Computes the service-level clocks of imported tickets.", types=("ticket.updated",))


async def next_moments(db: Db, limit: int) -> list[tuple[UUID, UUID, datetime]]:
    """Organization, ticket and time of the next warnings and breaches of all organizations, soonest first."""
    rows = await db.fetch_all("select organization_id, ticket_id, moment from deskbell_clock_moments($1)", limit)
    return [(row["organization_id"], row["ticket_id"], row["moment"]) for row in rows]


async def unknown(db: Db, limit: int) -> list[tuple[UUID, UUID]]:
    """Organization and id of tickets whose clocks are not computed yet."""
    rows = await db.fetch_all("select organization_id, ticket_id from deskbell_clocks_unknown($1)", limit)
    return [(row["organization_id"], row["ticket_id"]) for row in rows]


async def lock_deadlines(db: Db, ticket_ids: Sequence[UUID]) -> list[tuple[UUID, Deadlines]]:
    """The service levels of tickets, locked; skips tickets locked by other transactions."""
    rows = await db.fetch_all(
        sql(
            "select {} from tickets t where t.id = any({}) and t.clock_used is not null "
            "order by t.id for no key update of t skip locked",
            CLOCKS.columns,
            list(ticket_ids),
        )
    )
    return [(clock.id, clock.deadlines) for clock in CLOCKS.read(rows)]


async def outdated(db: Db, priority: str, policy: Policy, limit: int) -> list[tuple[UUID, Deadlines]]:
    """Open tickets of a priority whose targets differ from these, locked."""
    rows = await db.fetch_all(
        sql(
            "select {} from tickets t where t.status in ('new', 'open', 'pending', 'hold') "
            "and t.priority = {} and t.clock_used is not null "
            "and (t.first_response_target, t.resolution_target) is distinct from ({}::int, {}::int) "
            "order by t.id limit {} for no key update of t",
            CLOCKS.columns, priority, policy.first_response_seconds, policy.resolution_seconds, limit,
        )
    )  # fmt: skip
    return [(clock.id, clock.deadlines) for clock in CLOCKS.read(rows)]


async def effects(db: Db, policies: Sequence[SlaPolicy], now: datetime) -> dict[Priority, PolicyEffect]:
    """The effect of these targets on the open tickets of their priorities; priorities without open tickets are absent.

    As `deskbell.kernel.deadlines` has it: an answer already given keeps the target of its own moment.
    """
    used = sql("t.clock_used + coalesce({} - t.clock_running_since, interval '0')", now)
    rows = await db.fetch_all(
        sql(
            "select t.priority, count(*)::int as open_tickets, "
            "count(*) filter (where unanswered and t.first_response_target is distinct from p.first_response "
            "or t.resolution_target is distinct from p.resolution)::int as changed, "
            "count(*) filter (where unanswered and t.first_response_breached_at is null and used >= p.first_response * "
            "interval '1 second' or t.resolution_breached_at is null and used >= p.resolution * interval '1 second')::int "
            "as late from unnest({}::text[], {}::int[], {}::int[]) p (priority, first_response, resolution) "
            "join tickets t on t.priority = p.priority "
            "cross join lateral (select {} as used, t.first_response_used is null as unanswered) c "
            "where t.status in ('new', 'open', 'pending', 'hold') and t.deleted_at is null and t.clock_used is not null "
            "group by t.priority",
            [each.priority.value for each in policies],
            [each.first_response_seconds for each in policies],
            [each.resolution_seconds for each in policies],
            used,
        )
    )
    return {each.priority: each for each in read(PolicyEffect, rows)}


async def lock_histories(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, History]:
    """The journal's history of tickets whose clocks are not computed yet, with the tickets locked."""
    tickets = await db.fetch_all(
        sql(
            "select t.id, t.created_at, t.status, t.priority, t.first_response_at from tickets t "
            "where t.id = any({}) and t.clock_used is null order by t.id for no key update of t skip locked",
            list(ticket_ids),
        )
    )
    rows = await db.fetch_all(
        sql(
            "select e.ticket_id, e.at, e.payload -> 'changes' ->> 'status' as status, "
            "e.payload -> 'changes' ->> 'priority' as priority "
            "from events e where e.organization_id = (select deskbell_organization()) and e.ticket_id = any({}) "
            "and e.type = 'ticket.updated' order by e.at, e.id",
            [ticket["id"] for ticket in tickets],
        )
    )
    changes: dict[UUID, list[Any]] = {ticket["id"]: [] for ticket in tickets}
    for row in rows:
        changes[row["ticket_id"]].append(row)
    found = {}
    for ticket in tickets:
        first_status, status_changes = _values_of("status", changes[ticket["id"]])
        first_priority, priority_changes = _values_of("priority", changes[ticket["id"]])
        found[ticket["id"]] = History(
            created_at=ticket["created_at"],
            status=first_status or ticket["status"],
            priority=first_priority or ticket["priority"],
            status_changes=status_changes,
            priority_changes=priority_changes,
            first_responded_at=ticket["first_response_at"],
        )
    return found


_CHANGE: Final = msgspec.json.Decoder(Change)


def _values_of(field: str, rows: Sequence[Any]) -> tuple[str | None, tuple[tuple[datetime, str], ...]]:
    """A field's value before the first change, None when it never changed, and the changes."""
    found = [(row["at"], _CHANGE.decode(row[field])) for row in rows if row[field] is not None]
    return (found[0][1].was if found else None), tuple((at, change.now) for at, change in found)

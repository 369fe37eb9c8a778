"""The service level of tickets: its columns, the targets in force, and writing it alone."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.records import Person
from deskbell.kernel.deadlines import Deadlines
from deskbell.kernel.sla_clock import DEFAULT_POLICIES, Policy
from deskbell.runtime.rows import read_one
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table


class TicketClock(Struct, frozen=True):
    """A ticket's service level."""

    id: UUID
    deadlines: Deadlines


DEADLINE_COLUMNS: Final[Mapping[str, LiteralString]] = {
    "deadlines_used": "t.clock_used",
    "deadlines_status": "t.status",
    "deadlines_first_response_seconds": "t.first_response_target",
    "deadlines_resolution_seconds": "t.resolution_target",
    "deadlines_running_since": "t.clock_running_since",
    "deadlines_first_response_used": "t.first_response_used",
    "deadlines_first_response_due_at": "t.first_response_due_at",
    "deadlines_resolution_due_at": "t.resolution_due_at",
    "deadlines_first_response_warned_at": "t.first_response_warned_at",
    "deadlines_resolution_warned_at": "t.resolution_warned_at",
    "deadlines_first_response_breached_at": "t.first_response_breached_at",
    "deadlines_resolution_breached_at": "t.resolution_breached_at",
}
CLOCKS: Final = Table("tickets", TicketClock, "t", columns=DEADLINE_COLUMNS)


def deadline_values(deadlines: Deadlines | None) -> tuple[Any, ...]:
    """The same as values for the columns, `clock_next_at` last; all null where nothing is known."""
    if deadlines is None:
        return (None,) * 12
    return (
        deadlines.first_response_seconds, deadlines.resolution_seconds, deadlines.used, deadlines.running_since,
        deadlines.first_response_used, deadlines.first_response_due_at, deadlines.resolution_due_at,
        deadlines.first_response_warned_at, deadlines.resolution_warned_at, deadlines.first_response_breached_at,
        deadlines.resolution_breached_at, deadlines.next_at,
    )  # fmt: skip


async def policy_in_force(db: Db, priority: str) -> Policy:
    """The targets of a priority in the entered organization: stored ones, else the documented defaults."""
    row = await db.fetch_one(
        "select first_response_seconds, resolution_seconds from sla_policies "
        "where organization_id = (select deskbell_organization()) and priority = $1",
        priority,
    )
    return read_one(Policy, row) or DEFAULT_POLICIES[priority]


class ForCreation(Struct, frozen=True):
    """The facts that a new ticket depends on: its requester, the targets of its priority, the versions of rules and fields."""

    priority: str
    requester: Person | None
    is_stored: bool
    stored: Policy
    rules_version: int
    workflow_version: int

    @property
    def policy(self) -> Policy:
        """The targets in force: stored ones, which may be none, else the documented defaults."""
        return self.stored if self.is_stored else DEFAULT_POLICIES[self.priority]


_FOR_CREATION: Final = (
    "select $1::text as priority, m.user_id as requester_id, m.name as requester_name, m.email as requester_email, "
    "m.avatar_url as requester_avatar_url, m.role as requester_role, p.id is not null as is_stored, "
    "p.first_response_seconds as stored_first_response_seconds, p.resolution_seconds as stored_resolution_seconds, "
    "deskbell_rules_version() as rules_version, "
    "coalesce(o.workflow_version, 0) as workflow_version from (select deskbell_organization() as id) one "
    "left join organizations o on o.id = one.id "
    "left join sla_policies p on p.organization_id = one.id and p.priority = $1 "
    "left join memberships m on m.organization_id = one.id and m.user_id = $2 and m.ended_at is null"
)


async def for_creation(db: Db, priority: str, requester_id: UUID | None) -> ForCreation:
    """A member who has not left, the targets of a priority and the versions of rules and fields, in one trip."""
    found = read_one(ForCreation, await db.fetch_one(_FOR_CREATION, priority, requester_id, by_name=True))
    assert found is not None  # left joins of one row
    return found


async def write_deadlines(db: Db, ticket_ids: Sequence[UUID], deadlines: Sequence[Deadlines]) -> None:
    """Writes the service level of many locked tickets. It is no change of the ticket: its version stays."""
    columns: list[list[Any]] = [list(column) for column in zip(*map(deadline_values, deadlines), strict=True)]
    if not columns:
        return
    await db.execute(
        sql(
            "update tickets t set first_response_target = n.a, resolution_target = n.b, clock_used = n.c, "
            "clock_running_since = n.d, first_response_used = n.e, first_response_due_at = n.f, resolution_due_at = n.g, "
            "first_response_warned_at = n.h, resolution_warned_at = n.i, first_response_breached_at = n.j, "
            "resolution_breached_at = n.k, clock_next_at = n.l from unnest({}::uuid[], {}::int[], {}::int[], "
            "{}::interval[], {}::timestamptz[], {}::interval[], {}::timestamptz[], {}::timestamptz[], {}::timestamptz[], "
            "{}::timestamptz[], {}::timestamptz[], {}::timestamptz[], {}::timestamptz[]) "
            "as n (id, a, b, c, d, e, f, g, h, i, j, k, l) where t.id = n.id",
            list(ticket_ids),
            *columns,
        )
    )

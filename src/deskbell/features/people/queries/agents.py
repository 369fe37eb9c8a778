"""SQL of agents: memberships with a staff role."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.people.records.agents import Agent, AgentFilter, AgentSort, Availability, StaffMember
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.runtime import pages
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

_STAFF: Final = sorted(role.value for role in STAFF_ROLES)
_AGENTS: Final = Table(
    "memberships",
    Agent,
    "m",
    columns={
        "id": "m.user_id",
        "verified": "u.email_verified_at is not null",
        "second_factor": "exists (select from second_factors f where f.user_id = m.user_id and f.enabled_at is not null)",
        "open_tickets": "c.open",
        "resolved_tickets": "c.resolved",
    },
    joins="join users u on u.id = m.user_id cross join lateral ("
    "select coalesce(sum(k.n) filter (where k.status not in ('solved', 'closed')), 0)::int as open, "
    "coalesce(sum(k.n) filter (where k.status in ('solved', 'closed')), 0)::int as resolved "
    "from ticket_counts k where k.organization_id = m.organization_id and k.dimension = 'assignee' "
    "and k.key = m.user_id) c",
)
_STAFF_MEMBERS: Final = Table(
    "memberships",
    StaffMember,
    "m",
    columns={
        "id": "m.user_id",
        "presence": "case when p.active_until > now() then 'online' when p.connected_until > now() then 'away' "
        "else 'offline' end",
    },
    joins="left join staff_presence p on p.organization_id = m.organization_id and p.user_id = m.user_id",
)
_ORDERS: Final[dict[AgentSort, Order[Agent]]] = {
    "name": Order(
        "m.name_key",
        "m.user_id",
        shape=tuple[str, UUID],
        places="deskbell_name_key({}), {}",
        key=lambda agent: (agent.name, agent.id),
    ),
    "created_at": Order(
        "m.created_at", "m.user_id", shape=tuple[datetime, UUID], key=lambda agent: (agent.created_at, agent.id)
    ),
}


def _wanted(filters: AgentFilter) -> Fragment:
    """Needs no index: an organization has few agents."""
    conditions = [sql("m.role = any({}) and m.ended_at is null", _STAFF)]
    if filters.availabilities:
        conditions.append(sql("m.availability = any({})", list(filters.availabilities)))
    if filters.department:
        conditions.append(sql("lower(m.department) = lower({})", filters.department))
    if filters.search:
        conditions.append(sql("deskbell_contains(m.name || ' ' || m.email, {})", filters.search))
    return all_of(conditions)


async def list_page(
    db: Db, filters: AgentFilter, sort: AgentSort, *, descending: bool, page: PageRequest
) -> Page[Agent]:
    """A page of the agents."""
    return await pages.page(
        db, _AGENTS, _ORDERS[sort], page, where=_wanted(filters), descending=descending, limit_first=True
    )


async def choose(db: Db, search: str | None, ids: Sequence[UUID] | None, limit: int) -> list[StaffMember]:
    """Members of the staff by name; those whose name begins with the searched words come first."""
    wanted = _wanted(AgentFilter(search=search))
    if ids is not None:
        wanted = sql("{} and m.user_id = any({})", wanted, list(ids))
    begins = sql("starts_with(m.name_key, deskbell_name_key({}))", search or "")
    return await _STAFF_MEMBERS.fetch(
        db, sql("{} order by {} desc, m.name_key, m.user_id limit {}", wanted, begins, limit)
    )


async def find(db: Db, agent_id: UUID) -> Agent | None:
    """An agent of the entered organization."""
    return await _AGENTS.find(db, sql("{} and m.user_id = {}", _wanted(AgentFilter()), agent_id))


async def set_availability(db: Db, agent_id: UUID, availability: Availability, now: datetime) -> str | None:
    """Sets an agent's availability; returns the previous one, or None when unchanged."""
    value = await db.fetch_value(
        sql(
            "update memberships m set availability = {}, updated_at = {} "
            "from (select organization_id, user_id, availability from memberships where user_id = {} for update) was "
            "where m.organization_id = was.organization_id and m.user_id = was.user_id and was.availability <> {} "
            "returning was.availability",
            availability, now, agent_id, availability,
        )
    )  # fmt: skip
    return None if value is None else str(value)


async def describe(db: Db, agent_id: UUID, fields: dict[str, str | None]) -> None:
    """Sets profile fields of an agent who is being added."""
    await db.execute(
        sql(
            "update memberships set department = {}, phone = {}, title = {} where user_id = {}",
            fields.get("department"), fields.get("phone"), fields.get("title"), agent_id,
        )
    )  # fmt: skip


async def set_password_of_new(db: Db, organization_id: UUID, user_id: UUID, password_hash: str, now: datetime) -> bool:
    """Sets the password of a user that this transaction has added; other users keep theirs.

    Otherwise an admin could take over an account of another organization. Until the user confirms the address, the
    password gives access to this organization only.
    """
    return bool(
        await db.execute(
            sql(
                "update users set password_hash = {}, made_in = {} "
                "where id = {} and password_hash is null and created_at = {}",
                password_hash,
                organization_id,
                user_id,
                now,
            )
        )
    )

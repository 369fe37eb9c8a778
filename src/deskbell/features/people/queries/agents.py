"""SQL of agents: memberships with a staff role."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from deskbell.features.people.records.agents import Agent, AgentFilter, AgentSort, Availability
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import STAFF_ROLES, Role
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, Fragment, all_of, sql

_STAFF: Final = sorted(role.value for role in STAFF_ROLES)
_COLUMNS: Final = sql(
    "m.user_id, m.name, m.email, m.role, m.phone, m.avatar_url, m.title, m.department, m.availability, "
    "u.email_verified_at is not null, c.open, c.resolved, m.created_at, m.updated_at, m.last_login_at"
)
# Looked up for the rows of the page alone.
_BESIDE: Final = sql(
    "join users u on u.id = m.user_id cross join lateral ("
    "select coalesce(sum(k.n) filter (where k.status not in ('solved', 'closed')), 0)::int as open, "
    "coalesce(sum(k.n) filter (where k.status in ('solved', 'closed')), 0)::int as resolved "
    "from ticket_counts k where k.organization_id = m.organization_id and k.dimension = 'assignee' "
    "and k.key = m.user_id) c"
)
_ORDERS: Final[dict[AgentSort, Order]] = {
    "name": Order("m.name_key", "m.user_id", shape=tuple[str, UUID], by_name=True),
    "created_at": Order("m.created_at", "m.user_id", shape=tuple[datetime, UUID]),
}
_KEYS: Final[dict[AgentSort, Callable[[Agent], tuple[Any, ...]]]] = {
    "name": lambda agent: (agent.name, agent.id),
    "created_at": lambda agent: (agent.created_at, agent.id),
}


def _agent(row: Any) -> Agent:
    values = list(row)
    values[3] = Role(values[3])
    return Agent(*values)


def _wanted(narrow: AgentFilter) -> Fragment:
    """Staff are few, so that looking at each of them costs little."""
    conditions = [sql("m.role = any({}) and m.ended_at is null", _STAFF)]
    if narrow.availabilities:
        conditions.append(sql("m.availability = any({})", list(narrow.availabilities)))
    if narrow.department:
        conditions.append(sql("lower(m.department) = lower({})", narrow.department))
    if narrow.search:
        conditions.append(sql("deskbell_contains(m.name || ' ' || m.email, {})", narrow.search))
    return all_of(conditions)


async def list_page(
    db: Db, narrow: AgentFilter, sort: AgentSort, *, descending: bool, page: PageRequest
) -> Page[Agent]:
    """One page of the agents."""
    order, wanted = _ORDERS[sort], _wanted(narrow)
    by = order.by(descending=descending)
    rows = await db.fetch_all(
        sql(
            "select {} from (select m.* from memberships m where {} order by {} limit {} offset {}) m {} order by {}",
            _COLUMNS, all_of([wanted, order.after(page.cursor, descending=descending)]), by, page.limit + 1,
            0 if page.cursor is not None else page.offset, _BESIDE, by,
        )
    )  # fmt: skip
    total = await db.fetch_value(sql("select count(*) from memberships m where {}", wanted))
    return page_from(rows, int(total), page, _agent, _KEYS[sort])


async def find(db: Db, agent_id: UUID) -> Agent | None:
    """An agent of the entered organization."""
    row = await db.fetch_one(
        sql(
            "select {} from memberships m {} where {} and m.user_id = {}",
            _COLUMNS, _BESIDE, _wanted(AgentFilter()), agent_id,
        )
    )  # fmt: skip
    return None if row is None else _agent(row)


async def set_availability(db: Db, agent_id: UUID, availability: Availability, now: datetime) -> str | None:
    """Notes whether an agent is there; returns what it was before, or None when that is no change."""
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
    """Completes the membership of an agent who is being added."""
    await db.execute(
        sql(
            "update memberships set department = {}, phone = {}, title = {} where user_id = {}",
            fields.get("department"), fields.get("phone"), fields.get("title"), agent_id,
        )
    )  # fmt: skip


async def set_password_of_new(db: Db, organization_id: UUID, user_id: UUID, password_hash: str, now: datetime) -> bool:
    """Gives a person a password whom this very unit of work has added; anybody else keeps what they have.

    Otherwise an admin could take over an account that exists for another organization. Until the person confirms the
    address, the password opens this organization alone.
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

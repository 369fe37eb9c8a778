"""Searches by the moments of tickets, by deadlines, followers and links are answered by indexes, as the application's role."""

from collections.abc import AsyncIterator
from datetime import UTC
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.queries.conditions import matching, resolve_tags
from deskbell.features.tickets.queries.visibility import visible_to
from deskbell.features.tickets.service.searching import understand_in
from deskbell.kernel.actor import Actor
from deskbell.runtime.sql import all_of, sql
from tests.support.desk import Desk, running_desk

_MOMENTS = ("status.since", "assigned.since", "customer.wrote", "staff.wrote")
ASKED = {
    **{f"{name}<3d": "tickets_touched" for name in _MOMENTS},
    **{f"{name}>80d": "tickets_" for name in _MOMENTS},
    "status:pending status.since>3d": "tickets_",
    "due<1h": "tickets_due",
    "due>2d": "tickets_due",
    "follower:me": "ticket_followers_",
    "follower:agent": "ticket_followers_",
    "linked:17": "ticket_links_",
}
"""Searches, each with an index that its plan must use."""


@pytest.fixture
async def desk(fresh_database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk with a database of its own: the tickets of other tests would change what the planner expects."""
    async with running_desk(fresh_database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def owner(fresh_database_url: str) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """A connection that row security does not bind, to file many tickets by one statement."""
    connection = await asyncpg.connect(fresh_database_url)
    yield connection
    await connection.close()


async def test_none_of_these_operators_scans_the_tickets(desk: Desk, owner: "asyncpg.Connection[Any]") -> None:
    shop = await desk.organization()
    agent, customer = await shop.person("agent"), await shop.person("customer")
    await owner.execute(
        "insert into tickets (organization_id, id, number, subject, description, requester_id, created_at, updated_at, "
        "status, assignee_id, status_since, assigned_since, customer_wrote_at, staff_wrote_at, resolution_due_at) "
        "select $1, gen_random_uuid(), n, 'Ticket', '', $2, now() - n * interval '20 minutes', "
        "now() - n * interval '18 minutes', case when n % 20 = 0 then 'pending' else 'closed' end, $3, m, m, m, m, "
        "case when n % 3 = 0 then now() + (n - 5000) * interval '10 minutes' end "
        "from generate_series(1, 6000) n, lateral (select now() - n * interval '19 minutes' as m) a",
        shop.id, customer.id, agent.id,
    )  # fmt: skip
    await owner.execute(
        "insert into ticket_followers (organization_id, ticket_id, user_id, how, created_at) select organization_id, id, "
        "case when number % 500 = 0 then $2::uuid else $3 end, 'added', now() from tickets where organization_id = $1",
        shop.id, agent.id, customer.id,
    )  # fmt: skip
    await owner.execute(
        "insert into ticket_links (organization_id, ticket_id, other_id, kind, created_at) "
        "select a.organization_id, a.id, b.id, 'related', now() from tickets a "
        "join tickets b on b.organization_id = a.organization_id and b.number = a.number + 1 where a.organization_id = $1",
        shop.id,
    )
    await owner.execute("vacuum analyze tickets, ticket_followers, ticket_links")
    actor = Actor(shop.id, agent.id, agent.role)
    async with desk.database.unit(actor) as uow:
        for text, index in ASKED.items():
            filters = TicketFilter(search=understand_in(UTC, uow, text, "q"))
            wanted = all_of([visible_to(actor), *matching(actor, filters, await resolve_tags(uow.db, filters))])
            page = sql(
                "explain select t.organization_id, t.id from tickets t where {} "
                "order by t.created_at desc, t.id desc limit 26",
                wanted,
            )
            plan = "\n".join(row[0] for row in await uow.db.fetch_all(page))
            for table in ("tickets t", "ticket_followers w", "ticket_links l"):
                assert f"Seq Scan on {table}" not in plan, f"{text}\n{plan}"
            assert index in plan, f"{text}\n{plan}"

"""Later pages of a list begin at their place in an index, in every order, as the application's role."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import asyncpg
import pytest

from deskbell.features.tickets.listing_records import SortField, TicketFilter, TicketSort
from deskbell.features.tickets.service import list_tickets
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import PageRequest
from deskbell.runtime.connection import Connection
from deskbell.runtime.sql import Fragment, sql
from tests.support.desk import Desk, running_desk

COUNT = 6_000


@pytest.fixture
async def desk(fresh_database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk with a database of its own: the tickets of other tests would change what the planner expects."""
    async with running_desk(fresh_database_url, tmp_path) as made:
        yield made


async def test_a_later_page_begins_at_its_place_in_an_index(
    desk: Desk, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await desk.organization()
    agent, customer = await shop.person("agent"), await shop.person("customer")
    owner = await asyncpg.connect(fresh_database_url)
    await owner.execute(
        "insert into tickets (organization_id, id, number, subject, description, requester_id, created_at, updated_at, "
        "status, priority, waiting_since, resolution_due_at) "
        "select $1, gen_random_uuid(), n, 'Ticket', '', $2, now() - n * interval '20 minutes', "
        "now() - n * interval '18 minutes', (array['open', 'pending', 'closed', 'new'])[1 + n % 4], "
        "(array['low', 'normal', 'high', 'urgent'])[1 + n % 4], case when n % 2 = 0 then now() - n * interval '1 minute' end, "
        "case when n % 3 > 0 then now() + (n - 5000) * interval '10 minutes' end from generate_series(1, $3::int) n",
        shop.id, customer.id, COUNT,
    )  # fmt: skip
    await owner.execute("vacuum analyze tickets")
    await owner.close()
    asked: list[Fragment] = []
    fetch_all = Connection.fetch_all

    async def kept(self: Connection, query: Any, *args: Any, **options: Any) -> Any:
        if isinstance(query, Fragment):
            asked.append(query)
        return await fetch_all(self, query, *args, **options)

    monkeypatch.setattr(Connection, "fetch_all", kept)
    seen: dict[str, str] = {}
    async with desk.database.unit(Actor(shop.id, agent.id, agent.role)) as uow:
        for field in get_args(SortField):
            for descending in (False, True):
                sort = TicketSort(field, descending)
                before = await list_tickets(uow, TicketFilter(), sort, PageRequest(25, 2_975))
                asked.clear()
                after = await list_tickets(uow, TicketFilter(), sort, PageRequest(25, 0, before.next_cursor))
                assert len({each.id for each in (*before.items, *after.items)}) == 50
                page = next(each for each in asked if "order by" in each.compile()[0])
                plan = "\n".join(row[0] for row in await fetch_all(uow.db, sql("explain {}", page)))
                seen[f"{field}{' descending' if descending else ''}"] = plan
    for order, plan in seen.items():
        lines = plan.splitlines()
        assert any("Index Cond:" in line and (" < " in line or " > " in line) for line in lines), f"{order}\n{plan}"
        assert not any("Filter:" in line and "::timestamp" in line for line in lines), f"{order}\n{plan}"
        assert not any("Sort Key:" in line and "array_position" not in line for line in lines), f"{order}\n{plan}"

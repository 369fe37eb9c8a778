"""With 100,000 tickets no list and no search reads a whole table or sorts more than it may show."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest

from deskbell.runtime.connection import Connection
from deskbell.runtime.entering import ExpectedEntry
from deskbell.runtime.sql import Fragment
from tests.support.desk import Desk, Organization, running_desk

TICKETS = {"mine": 60_000, "theirs": 40_000}
LARGE = {"tickets", "comments", "events", "ticket_search", "ticket_tags"}
"""Tables that grow with an organization's tickets and customers."""
MOST_SORTED = 2_000
"""Rows that a page may sort: matches of a rare word or the people of a team, not an organization's tickets."""

_PEOPLE = """
with made as (
  insert into users (id, email, name, created_at, updated_at)
  select gen_random_uuid(), n || '@' || $2, 'Customer ' || n, now(), now() from generate_series(1, 5000) n
  returning id, email, name)
insert into memberships (organization_id, user_id, role, name, email, created_at, updated_at)
select $1, id, 'customer', name, email, now(), now() from made
"""
_TICKETS = """
insert into tickets (organization_id, id, number, subject, description, status, priority, requester_id, assignee_id, tag_ids,
                     created_at, updated_at)
select $1, gen_random_uuid(), n, 'Lamp ' || n, 'order w' || n % 5000 || ' v' || n % 700
         || case when n % 6000 = 7 then ' marmalade' else '' end,
       case when n % 20 = 0 then 'open' when n % 20 = 1 then 'pending' when n % 20 < 4 then 'new' else 'closed' end,
       (array['low', 'normal', 'normal', 'high', 'urgent'])[1 + n % 5],
       ($2::uuid[])[1 + n % cardinality($2::uuid[])], case when n % 3 > 0 then ($3::uuid[])[1 + n % cardinality($3::uuid[])] end,
       case when n % 10 = 0 then array[$4::uuid] else '{}' end,
       now() - n * interval '1 minute', now() - n * interval '1 minute'
  from generate_series(1, $5::int) n
"""
_COMMENTS = """
insert into comments (organization_id, id, ticket_id, author_id, body, public, created_at)
select organization_id, gen_random_uuid(), id, requester_id, 'Thank you for v' || number % 300, number % 7 > 0, created_at
  from tickets
"""
_EVENTS = """
insert into events (organization_id, type, subject_type, subject_id, ticket_id, actor_id, internal, at, payload)
select organization_id, 'ticket.created', 'ticket', id, id, requester_id, false, created_at,
       jsonb_build_object('ticket_id', id, 'number', number, 'subject', subject, 'status', status, 'priority', priority,
                          'channel', channel, 'requester_id', requester_id)
  from tickets where organization_id = $1 order by created_at
"""


class Plans:
    """Explains each statement that reads, in its own session, before it is executed."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.explained = 0

    async def explain(self, raw: Any, text: str, values: Any) -> None:
        if not text.lstrip().lower().startswith(("select", "with")) or "for update" in text or "insert into" in text:
            return
        [found] = json.loads(await raw.fetchval(f"explain (format json) {text}", *values))
        self.explained += 1
        for problem in _problems(found["Plan"]):
            self.problems.append(f"{problem}: {text}")


def _problems(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE:
        yield f"reads all of {node['Relation Name']}"
    inner = node.get("Plans", [])
    if node["Node Type"] == "Sort" and inner[0]["Plan Rows"] > MOST_SORTED:
        yield f"sorts {inner[0]['Plan Rows']} rows"
    for each in inner:
        yield from _problems(each)


@pytest.fixture
async def large(
    fresh_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Desk, Organization, Plans]]:
    """A desk with two organizations of many tickets, and the plans of the statements of the first one."""
    async with running_desk(fresh_database_url, tmp_path) as desk:
        mine, theirs = await desk.organization("Mine"), await desk.organization("Theirs")
        owner = await asyncpg.connect(fresh_database_url)
        for shop, count in ((mine, TICKETS["mine"]), (theirs, TICKETS["theirs"])):
            await _fill(owner, shop, count)
        await owner.execute("vacuum analyze")
        await owner.close()
        plans = Plans()
        for name in ("fetch_all", "fetch_one", "fetch_value"):
            monkeypatch.setattr(Connection, name, _explaining(getattr(Connection, name), plans))
        monkeypatch.setattr(ExpectedEntry, "fetch", _explaining_first_reads(ExpectedEntry.fetch, plans))
        yield desk, mine, plans


async def _fill(owner: "asyncpg.Connection[Any]", shop: Organization, count: int) -> None:
    agents = [(await shop.person(key)).id for key in ("agent", "admin")]
    customer = await shop.person("customer")
    admin = await shop.client("admin")
    tag = (await admin.post("/tags", {"name": "billing"})).json()["data"]["id"]
    async with owner.transaction():
        await owner.execute(
            "select set_config('deskbell.organization_id', $1, true), set_config('deskbell.bulk', 'on', true)",
            str(shop.id),
        )
        await owner.execute(_PEOPLE, shop.id, shop.domain)
        rows = await owner.fetch(
            "select user_id from memberships where organization_id = $1 and role = 'customer'", shop.id
        )
        people = [customer.id, *(row[0] for row in rows)]
        await owner.execute(_TICKETS, shop.id, people, agents, tag, count)
        await owner.execute("insert into ticket_numbers values ($1, $2)", shop.id, count)
        await owner.execute(f"{_COMMENTS} where organization_id = '{shop.id}'")
        await owner.execute(_EVENTS, shop.id)
        await owner.execute(
            "select deskbell_search_build(array(select id from tickets where organization_id = $1))", shop.id
        )
        await owner.execute("select deskbell_fold_counts(1000)")


def _explaining(call: Any, plans: Plans) -> Any:
    async def explained(self: Connection, query: str | Fragment, *args: Any, **options: Any) -> Any:
        text, values = query.compile() if isinstance(query, Fragment) else (query, args)
        await plans.explain(self.raw, text, values)
        return await call(self, query, *args, **options)

    return explained


def _explaining_first_reads(call: Any, plans: Plans) -> Any:
    async def explained(self: ExpectedEntry, raw: Any, text: str, values: Any) -> Any:
        joined, both = self.joined(text, values)
        await plans.explain(raw, joined, both)
        return await call(self, raw, text, values)

    return explained


SORTS = ("created_at", "updated_at", "priority", "status", "number", "waiting_since", "next_due_at")
SEARCHES = (
    "order", "marmalade", "lamp order", "order -tag:billing", "ord*", "tag:billing", "assignee:none status:new", "assignee:me",
    "priority:urgent -status:closed", "created>=2026-01-01", "v7 v8",
)  # fmt: skip


def asked() -> Iterator[str]:
    """The lists that a desk asks for all day, the first page of each."""
    for sort in SORTS:
        yield f"/tickets?sort={sort}"
        yield f"/tickets?sort={sort}&order=asc&status=open"
    yield from (f"/tickets?search={quote(words)}" for words in SEARCHES)
    yield from ("/contacts", "/contacts?search=cust", "/audit-logs", "/dashboard/activity", "/views/counts")
    yield from ("/search?q=marmalade", "/search/tickets?q=order", "/search/contacts?q=cust", "/search/suggest?q=tag:")


async def test_no_list_reads_a_whole_table_or_sorts_it(large: tuple[Desk, Organization, Plans]) -> None:
    desk, shop, plans = large
    for role in ("admin", "agent", "customer"):
        client = await shop.client(role)
        for path in asked():
            answer = await client.get(path)
            assert answer.status_code == 200 or role != "admin", (path, answer.text)
    assert plans.explained > 150
    assert plans.problems == []
    async with desk.database.unit(shop.system()) as uow:  # what the test looks for is found
        await uow.db.fetch_value("select count(*) from comments where body like '%lamp%'")
        await uow.db.fetch_all("select id from tickets order by subject limit 25")
    assert next(each.partition(":")[0] for each in plans.problems) == "reads all of comments"
    assert any(each.startswith("sorts ") for each in plans.problems)

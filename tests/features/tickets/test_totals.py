"""Totals of lists come from maintained counts where these know the filter, and are what counting would give."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from typing import Any, LiteralString

import asyncpg
import pytest

from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.queries import counting
from deskbell.features.tickets.queries.conditions import matching, resolve_tags
from deskbell.features.tickets.queries.visibility import visible_to
from deskbell.features.tickets.service.searching import understand
from deskbell.kernel.actor import Actor
from deskbell.kernel.words import Status
from deskbell.runtime.sql import all_of, sql
from tests.support.counts import kept_counts, recounted
from tests.support.desk import Client, Desk, Organization, Person

WORDS: dict[str, list[Any]] = {
    "status": ["new", "open", "pending", "hold", "solved"],
    "priority": ["low", "normal", "high", "urgent"],
    "type": ["question", "incident", "problem", "task"],
    "tags": [[], ["late"], ["late", "vip"], ["vip", "zips", "boots"]],
}


@pytest.fixture
async def owner(database_url: str) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """A connection that row security does not bind, to look at what is really there."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def file_some(shop: Organization, draw: random.Random, count: int) -> list[str]:
    customers = [await shop.client("customer"), await shop.client("customer2")]
    admin = await shop.client("admin")
    category = (await admin.post("/categories", {"name": f"Category {draw.random()}"})).json()["data"]["id"]
    filed = []
    for number in range(count):
        body = {
            "subject": f"Ticket {number}", "description": "parcel" if number % 2 else "letter",
            "priority": draw.choice(WORDS["priority"]), "type": draw.choice(WORDS["type"]),
        }  # fmt: skip
        answer = await customers[number % 2].post("/tickets", body)
        assert answer.status_code == 201
        filed.append(answer.json()["data"]["id"])
        if number % 3 == 0:
            assert (await admin.put(f"/tickets/{filed[-1]}", {"category_id": category})).status_code == 200
    return filed


def change(draw: random.Random, staff: list[Person], groups: list[str]) -> dict[str, Any]:
    field = draw.choice([*WORDS, "assignee_id", "group_id"])
    if field == "assignee_id":
        return {field: draw.choice([None, *(str(person.id) for person in staff)])}
    if field == "group_id":
        return {field: draw.choice([None, *groups])}
    return {field: draw.choice(WORDS[field])}


async def live_with(client: Client, draw: random.Random, tickets: list[str], bodies: list[dict[str, Any]]) -> None:
    """Changes, deletes and restores tickets, single ones and many concurrently."""
    for body in bodies:
        ticket = draw.choice(tickets)
        match draw.randrange(8):
            case 0:
                await client.delete(f"/tickets/{ticket}")
            case 1:
                await client.post(f"/tickets/{ticket}/restore")
            case 2:
                await client.post("/tickets/bulk-update", {"ticket_ids": draw.sample(tickets, 4), "updates": body})
            case _:
                await client.put(f"/tickets/{ticket}", body)


async def fold_on(owner: "asyncpg.Connection[Any]", done: asyncio.Event) -> None:
    while not done.is_set():
        await owner.fetch("select deskbell_fold_counts(5), deskbell_fold_directory(5)")
        await asyncio.sleep(0)


async def test_counts_are_exact_under_concurrent_changes(
    desk: Desk, shop: Organization, owner: "asyncpg.Connection[Any]", database_url: str
) -> None:
    draw = random.Random(7)
    tickets = await file_some(shop, draw, 12)
    admin, staff = await shop.client("admin"), [await shop.person("agent"), await shop.person("agent2")]
    groups = [(await admin.post("/groups", {"name": name})).json()["data"]["id"] for name in ("North", "South")]
    writers = [
        live_with(admin, random.Random(n), tickets, [change(draw, staff, groups) for _ in range(15)]) for n in range(5)
    ]
    folding, done = await asyncpg.connect(database_url), asyncio.Event()
    folder = asyncio.create_task(fold_on(folding, done))
    await asyncio.gather(*writers)
    done.set()
    await folder
    await folding.close()
    kept = await kept_counts(owner, shop.id)
    assert kept == await recounted(owner, shop.id)
    assert {key[0] for key in kept} == {"all", "kind", "requester", "assignee", "group", "category", "tag"}
    await owner.fetch("select deskbell_fold_counts(10000), deskbell_fold_directory(10000)")
    assert await kept_counts(owner, shop.id) == kept


SEARCHES: dict[str, bool] = {
    "": True, "type:incident": True, "-type:incident,task": True, "type:problem status:open,new priority:urgent": True,
    "channel:WEB": True, "tag:late": True, "-tag:late status:open": True, "tag:nosuch": True, "tag:none": True,
    "-tag:none": True, "assignee:none": True, "-assignee:none -status:new": True, "assignee:me": True,
    "-assignee:me": True, 'assignee:"Agent2",me': True, 'group:"north",south': True, "-group:north": True,
    "requester:customer": True, 'group:"north sea"': True, "assignee:nobody": True,
    "category:none": True, "-category:none status:open": True, "group:none": True, "-group:none": True,
    "category:none group:none": False, "group:none,north": False, "tag:late,vip": False, "tag:late tag:vip": False,
    "tag:late type:task": False, "assignee:none,me": False, "created<7d": False, "parcel": False,
}  # fmt: skip


@pytest.mark.parametrize("search", SEARCHES)
async def test_a_total_is_what_counting_gives(desk: Desk, shop: Organization, search: str) -> None:
    draw = random.Random(11)
    tickets = await file_some(shop, draw, 12)
    admin, agent = await shop.client("admin"), await shop.person("agent")
    staff = [agent, await shop.person("agent2")]
    groups = [(await admin.post("/groups", {"name": name})).json()["data"]["id"] for name in ("North", "South")]
    for ticket in tickets:
        await admin.put(f"/tickets/{ticket}", change(draw, staff, groups))
        await admin.put(f"/tickets/{ticket}", {"tags": draw.choice(WORDS["tags"])})
    await admin.delete(f"/tickets/{tickets[0]}")
    for person in (agent, await shop.person("customer")):
        actor = Actor(shop.id, person.id, person.role)
        async with desk.database.unit(actor) as uow:
            filters = TicketFilter(search=await understand(uow, search, "search"))
            wanted = all_of([visible_to(actor), *matching(actor, filters, await resolve_tags(uow.db, filters))])
            counted = await uow.db.fetch_value(sql("select count(*) from tickets t where {}", wanted))
            assert await counting.count_matching(uow.db, actor, filters) == counted
            if person is agent:
                assert (await counting.count_up_to(uow.db, actor, filters, 0) == (counted, True)) is (
                    SEARCHES[search] or counted == 0
                )


async def test_a_list_that_is_known_to_be_empty_still_refuses_a_cursor_of_another(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    for number in range(2):
        await customer.post("/tickets", {"subject": f"Ticket {number}", "description": "parcel"})
    cursor = (await agent.get("/tickets?limit=1&sort=priority")).json()["data"]["pagination"]["nextCursor"]
    assert (await agent.get("/tickets?type=task")).json()["data"]["pagination"]["total"] == 0
    assert (await agent.get(f"/tickets?type=task&cursor={cursor}")).status_code == 422
    assert (await agent.get("/tickets?type=task&cursor=nonsense")).status_code == 422


@pytest.mark.parametrize(
    ("order", "index"),
    [("t.priority_rank desc, t.created_at desc, t.id desc", "tickets_by_rank_and_priority"),
     ("t.created_at desc, t.id desc", "tickets_by_rank")],
)  # fmt: skip
async def test_the_queue_of_a_status_has_an_index_in_each_order(
    desk: Desk, shop: Organization, owner: "asyncpg.Connection[Any]", order: LiteralString, index: str
) -> None:
    """A condition that row security forbids, or a missing index, shows in the plan of the application's own role."""
    agent, customer = await shop.person("agent"), await shop.person("customer")
    await owner.execute(
        "insert into tickets (organization_id, id, number, subject, description, status, priority, requester_id, "
        "created_at, updated_at) select $1, gen_random_uuid(), n, 'Ticket', '', (array['open', 'closed'])[1 + n % 2], "
        "(array['low', 'high'])[1 + n / 2 % 2], $2, now() - n * interval '1 minute', now() "
        "from generate_series(1, 6000) n",
        shop.id, customer.id,
    )  # fmt: skip
    await owner.execute("vacuum analyze tickets")
    actor = Actor(shop.id, agent.id, agent.role)
    async with desk.database.unit(actor) as uow:
        filters = TicketFilter(statuses=(Status.OPEN,))
        wanted = all_of([visible_to(actor), *matching(actor, filters, await resolve_tags(uow.db, filters))])
        page = sql(
            "explain select t.organization_id, t.id from tickets t where {} order by {} limit 26", wanted, sql(order)
        )
        plan = "\n".join(row[0] for row in await uow.db.fetch_all(page))
    assert re.search(rf"\b{index}\b", plan), plan
    assert "Seq Scan on tickets" not in plan


async def test_of_a_name_that_very_many_have_some_are_looked_at_found_by_index(
    desk: Desk, shop: Organization, owner: "asyncpg.Connection[Any]"
) -> None:
    await owner.execute(
        "with made as (insert into users (id, email, name, created_at, updated_at) select gen_random_uuid(), "
        "'person' || n || '@' || $2, 'Kim Number' || n, now(), now() from generate_series(1, 1500) n returning *) "
        "insert into memberships (organization_id, user_id, role, name, email, created_at, updated_at) "
        "select $1, id, 'customer', name, email, now(), now() from made",
        shop.id, shop.domain,
    )  # fmt: skip
    await owner.execute("vacuum analyze memberships")
    called = {"kim": 1000, "number7": 1, "person7": 1, f"person7@{shop.domain}": 1, "number7 kim": 1, "kim number": 0}
    async with desk.database.unit(shop.system()) as uow:
        for words, many in called.items():
            found = sql("select count(*) from deskbell_people_called({}::text[])", [words])
            assert await uow.db.fetch_value(found) == many, words
    plan = await owner.fetch(
        "explain select found.user_id from unnest($1::text[]) as said, lateral (select user_id from memberships m "
        "where deskbell_called(m.organization_id, m.name) @@ said::tsquery limit 1000) as found",
        ["kim"],
    )
    assert "memberships_name_words" in "\n".join(row[0] for row in plan)

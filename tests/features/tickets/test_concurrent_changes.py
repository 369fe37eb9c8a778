"""Two people change a ticket at the same moment: the second sees the change of the first."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from deskbell.features.tickets.queries.tickets import lock_many
from tests.support.desk import Organization


async def test_who_waited_for_a_ticket_sees_it_as_it_was_left(shop: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    group = (await admin.client.post("/groups", {"name": "Returns"})).json()["data"]["id"]
    category = (await admin.client.post("/categories", {"name": "Parcels"})).json()["data"]["id"]
    ticket = (await admin.client.post("/tickets", {"subject": "x", "description": "x"})).json()["data"]["id"]
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update tickets set assignee_id = $2, group_id = $3, category_id = $4 where id = $1",
            UUID(ticket), agent.id, UUID(group), UUID(category),
        )  # fmt: skip
        second = asyncio.create_task(admin.client.put(f"/tickets/{ticket}", {"priority": "high"}))
        while not await uow.db.fetch_value("select exists (select from pg_locks where not granted)"):
            assert not second.done()
    answer = await second
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert (data["priority"], data["assignee"]["name"]) == ("high", agent.name)
    assert (data["group"]["name"], data["category"]["name"]) == ("Returns", "Parcels")


async def test_rows_that_refer_to_a_locked_ticket_do_not_wait(shop: Organization, database_url: str) -> None:
    # The worker writes rows of many tickets in one transaction. If they waited for a bulk change, and it for them: a deadlock.
    agent = await shop.client("agent")
    made = [await agent.post("/tickets", {"subject": "x", "description": "x"}) for _ in range(2)]
    ids = [UUID(each.json()["data"]["id"]) for each in made]
    other = await asyncpg.connect(database_url)
    try:
        async with shop.desk.database.unit(shop.system()) as uow:
            assert list(await lock_many(uow.db, uow.actor, ids)) == sorted(ids)
            await other.execute("set lock_timeout = '30s'")
            # What PostgreSQL asks for when a row with a foreign key is written.
            assert await other.fetchval("select 1 from tickets where id = $1 for key share", ids[1]) == 1
            with pytest.raises(asyncpg.LockNotAvailableError):
                await other.execute("select 1 from tickets where id = $1 for no key update nowait", ids[1])
    finally:
        await other.close()


async def test_who_waited_for_a_ticket_finds_it_with_its_new_requester(shop: Organization) -> None:
    """Merging contacts and deleting a person give tickets to another requester."""
    agent = await shop.person("agent")
    old, new = await shop.person("customer"), await shop.person("customer2")
    ids = []
    for _ in range(2):
        made = await old.client.post("/tickets", {"subject": "x", "description": "x"})
        ids.append(made.json()["data"]["id"])
    bulk = {"ticket_ids": ids, "updates": {"priority": "high"}}
    for path, body in ((f"/tickets/{ids[0]}/comments", {"body": "Meanwhile"}), ("/tickets/bulk-update", bulk)):
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update tickets set requester_id = $1", new.id)
            second = asyncio.create_task(agent.client.post(path, body))
            while not await uow.db.fetch_value("select exists (select from pg_locks where not granted)"):
                assert not second.done()
        answer = await second
        assert answer.status_code < 300, answer.text
        new, old = old, new
    found = [(await agent.client.get(f"/tickets/{each}")).json()["data"]["priority"] for each in ids]
    assert found == ["high", "high"]

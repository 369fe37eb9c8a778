"""Tickets that are like another: the order, and who is shown which."""

from pathlib import Path
from typing import Any

import asyncpg

from tests.support.desk import Client, Desk, Organization, running_desk


async def filed(client: Client, subject: str, **fields: Any) -> str:
    answer = await client.post("/tickets", {"subject": subject, "description": "It does.", **fields})
    assert answer.status_code == 201, answer.text
    found = answer.json()["data"]
    return str(found.get("ticket", found)["id"])


async def similar(client: Client, ticket_id: str) -> list[str]:
    answer = await client.get(f"/tickets/{ticket_id}/similar")
    assert answer.status_code == 200, answer.text
    return [each["subject"] for each in answer.json()["data"]]


async def test_rare_words_count_more_than_common_ones(shop: Organization) -> None:
    agent = await shop.client("agent")
    for number in range(4):
        await filed(agent, f"The printer of room {number} does nothing")
    await filed(agent, "Toner smells")
    about = await filed(agent, "The toner does smell")
    found = await similar(agent, about)
    assert found[0] == "Toner smells"
    assert "The toner does smell" not in found


async def test_words_of_comments_count_but_not_those_of_notes(shop: Organization) -> None:
    agent = await shop.client("agent")
    answered, noted = await filed(agent, "A question"), await filed(agent, "A riddle")
    for ticket, public in ((answered, True), (noted, False)):
        body = {"body": "It is about the zeppelin", "public": public}
        assert (await agent.post(f"/tickets/{ticket}/comments", body)).status_code == 201
    assert await similar(agent, await filed(agent, "Zeppelin")) == ["A question"]


async def test_deleted_tickets_are_like_none(shop: Organization) -> None:
    admin = await shop.client("admin")
    gone = await filed(admin, "The boiler whistles")
    assert (await admin.delete(f"/tickets/{gone}")).status_code == 200
    assert await similar(admin, await filed(admin, "A boiler whistles")) == []


async def test_customers_see_their_own_alone(shop: Organization) -> None:
    customer, other = await shop.client("customer"), await shop.client("customer2")
    await filed(other, "My lamp flickers")
    await filed(customer, "The lamp flickers at night")
    assert await similar(customer, await filed(customer, "A lamp flickers")) == ["The lamp flickers at night"]


async def test_another_organization_is_like_none(shop: Organization, rival: Organization) -> None:
    await filed(await rival.client("agent"), "The zither is out of tune")
    agent = await shop.client("agent")
    ticket = await filed(agent, "A zither out of tune")
    assert await similar(agent, ticket) == []
    assert (await (await rival.client("agent")).get(f"/tickets/{ticket}/similar")).status_code == 404


async def test_a_subject_without_words_is_like_none(shop: Organization, desk: Desk) -> None:
    agent = await shop.client("agent")
    await filed(agent, "!")
    assert await similar(agent, await filed(agent, "?")) == []


async def test_a_ticket_of_the_same_days_comes_first(shop: Organization) -> None:
    agent = await shop.client("agent")
    old, new = await filed(agent, "The sauna is cold"), await filed(agent, "Our sauna is cold")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set created_at = now() - interval '3 years' where id = $1::uuid", old)
    assert await similar(agent, await filed(agent, "Sauna cold")) == ["Our sauna is cold", "The sauna is cold"]
    assert new


async def test_words_that_very_many_tickets_have_find_in_pairs(fresh_database_url: str, tmp_path: Path) -> None:
    """Statistics know the frequent words, with a null for their bounds; a subject of such words alone finds, too."""
    async with running_desk(fresh_database_url, tmp_path) as desk:
        shop = await desk.organization()
        agent = await shop.client("agent")
        wanted = await filed(agent, "Sauna heater broken")
        async with desk.database.unit(shop.system()) as uow:
            await uow.db.execute(
                "insert into tickets (organization_id, id, number, subject, description, requester_id, created_at, updated_at) "
                "select organization_id, uuidv7(), n + 10, case n % 3 when 0 then 'Sauna' when 1 then 'Heater' else 'Cold' end "
                "|| ' of room ' || n, '', requester_id, created_at, updated_at "
                "from tickets cross join generate_series(1, 2400) n where id = $1::text::uuid", wanted,
            )  # fmt: skip
        owner = await asyncpg.connect(fresh_database_url)
        await owner.execute("analyze ticket_search")
        await owner.close()
        assert (await similar(agent, await filed(agent, "Sauna with heater")))[0] == "Sauna heater broken"
        assert await similar(agent, await filed(agent, "Cold zither")) == []
